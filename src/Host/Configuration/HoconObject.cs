using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>Keys with their values, in ordinal order of the keys.</summary>
internal sealed class HoconObject(Origin origin, ImmutableSortedDictionary<string, HoconField> fields) : HoconValue(origin)
{
    /// <summary>Keys and values without fields: what a builder starts from, so that the order is ordinal.</summary>
    public static readonly ImmutableSortedDictionary<string, HoconField> NoFields =
        ImmutableSortedDictionary.Create<string, HoconField>(StringComparer.Ordinal);

    /// <summary>The fields by key; a key is one path element and may contain any character.</summary>
    public ImmutableSortedDictionary<string, HoconField> Fields { get; } = fields;

    /// <inheritdoc/>
    public override int Depth { get; } = 1 + fields.Values.Select(field => field.Value.Depth).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public override long Size { get; } = 1 + fields.Sum(field => field.Key.Length + 1 + field.Value.Value.Size);

    /// <summary>Reads a self-contained text, such as a stored plan: no includes, no environment.</summary>
    /// <exception cref="ConfigurationException">The text is not valid, or a substitution has no value.</exception>
    public static HoconObject Parse(string text, string source) =>
        HoconResolver.Resolve(HoconParser.Parse(text, source), static _ => null);

    /// <summary>The field at a dotted path such as <c>adbo.step-lower</c>, or null when there is none.</summary>
    public HoconField? Find(string path)
    {
        HoconField? field = new(Origin, this);
        foreach (string key in HoconPath.Split(path))
        {
            field = (field.Value as HoconObject)?.Fields.GetValueOrDefault(key);
            if (field is null)
            {
                return null;
            }
        }

        return field;
    }

    /// <inheritdoc/>
    public override bool Equals(HoconValue? other) =>
        other is HoconObject section && section.Fields.Count == Fields.Count
        && section.Fields.Zip(Fields).All(pair =>
            pair.First.Key == pair.Second.Key && pair.First.Value.Value.Equals(pair.Second.Value.Value));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Fields.Aggregate(2, (hash, field) => HashCode.Combine(hash, field.Key, field.Value.Value));
}
