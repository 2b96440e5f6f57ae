using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>The keys that reference.conf knows; any other key is an error. A section that is empty there is free: any keys.</summary>
internal sealed class ConfigurationSchema
{
    private readonly SortedDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>The schema that <paramref name="reference"/> sets.</summary>
    /// <exception cref="ConfigurationException">The reference cannot be resolved by itself.</exception>
    public ConfigurationSchema(ObjectExpression reference)
    {
        HoconObject resolved = HoconResolver.Resolve(reference, static _ => null);
        AddKinds(resolved, "");
        ImmutableArray<ReferenceKey>.Builder keys = ImmutableArray.CreateBuilder<ReferenceKey>();
        AddKeys(reference, "", resolved, keys);
        Keys = keys.ToImmutable();
    }

    private enum Kind
    {
        Value,
        Section,
        FreeSection,
    }

    /// <summary>Every key with a value of its own, in the order of the file.</summary>
    public ImmutableArray<ReferenceKey> Keys { get; }

    /// <summary>Reports what stands in a layer and not in the reference, in the order of the file.</summary>
    public IReadOnlyList<string> Check(ObjectExpression layer)
    {
        List<(Origin Origin, string Problem)> errors = [];
        Check(layer, "", errors);

        // A stable sort: lines are in order within a file, and files in the order in which they were read.
        List<string> sources = [.. errors.Select(error => error.Origin.Source).Distinct()];
        return [.. errors.OrderBy(error => sources.IndexOf(error.Origin.Source)).ThenBy(error => error.Origin.Line)
            .Select(error => $"{error.Origin}: {error.Problem}")];
    }

    /// <summary>Reports what came into the resolved tree by substitutions and does not stand in the reference.</summary>
    public IReadOnlyList<string> Check(HoconObject resolved)
    {
        List<(Origin Origin, string Problem)> errors = [];
        Check(resolved, "", errors);
        return [.. errors.Select(error => $"{error.Origin}: {error.Problem}")];
    }

    private void Check(ObjectExpression section, string path, List<(Origin Origin, string Problem)> errors)
    {
        foreach ((string key, List<Definition> definitions) in section.Fields)
        {
            string child = HoconPath.Append(path, key);
            foreach (Definition definition in definitions)
            {
                bool isValue = definition.Value is ListExpression || (definition.Value is TextExpression text && !IsNone(text.Text));
                if (Allows(child, definition.Origin, isValue, definition.Value is ObjectExpression, errors))
                {
                    foreach (ObjectExpression nested in Sections(definition.Value))
                    {
                        Check(nested, child, errors);
                    }
                }
            }
        }
    }

    private void Check(HoconObject section, string path, List<(Origin Origin, string Problem)> errors)
    {
        foreach ((string key, HoconField field) in section.Fields)
        {
            string child = HoconPath.Append(path, key);
            bool isValue = field.Value is HoconList || (field.Value is HoconScalar scalar && !IsNone(scalar.Text));
            if (Allows(child, field.Origin, isValue, field.Value is HoconObject, errors) && field.Value is HoconObject nested)
            {
                Check(nested, child, errors);
            }
        }
    }

    /// <summary>Whether the key is known as what it is set to, and what stands below it is to be checked.</summary>
    private bool Allows(string path, Origin origin, bool isValue, bool isSection, List<(Origin Origin, string Problem)> errors)
    {
        if (!_kinds.TryGetValue(path, out Kind kind))
        {
            errors.Add((origin, $"unknown key {path}; the nearest known key is {EditDistance.Nearest(path, _kinds.Keys) ?? "none"}"));
        }
        else if (kind == Kind.Value && isSection)
        {
            errors.Add((origin, $"{path} is one value and not a section; write {path} = value"));
        }
        else if (kind != Kind.Value && isValue)
        {
            errors.Add((origin, $"{path} is a section and not one value; write {path} {{ key = value }}"));
        }

        return kind == Kind.Section && !isValue;
    }

    private void AddKinds(HoconObject section, string path)
    {
        foreach ((string key, HoconField field) in section.Fields)
        {
            string child = HoconPath.Append(path, key);
            _kinds[child] = field.Value switch
            {
                HoconObject { Fields.Count: 0 } => Kind.FreeSection,
                HoconObject => Kind.Section,
                _ => Kind.Value,
            };
            if (field.Value is HoconObject nested)
            {
                AddKinds(nested, child);
            }
        }
    }

    private void AddKeys(ObjectExpression section, string path, HoconObject resolved, ImmutableArray<ReferenceKey>.Builder keys)
    {
        foreach ((string key, List<Definition> definitions) in section.Fields)
        {
            string child = HoconPath.Append(path, key);
            List<ObjectExpression> nested = [.. definitions.SelectMany(definition => Sections(definition.Value))];
            if (nested.Exists(inner => inner.Fields.Any()))
            {
                nested.ForEach(inner => AddKeys(inner, child, resolved, keys));
                continue;
            }

            // A value that only the environment gives has no default; its key is known all the same.
            _kinds.TryAdd(child, Kind.Value);
            Definition last = definitions[^1];
            string documentation = definitions.Select(definition => definition.Documentation).LastOrDefault(text => text.Length > 0, "");
            keys.Add(new ReferenceKey(child, documentation, resolved.Find(child)?.Value.ToString() ?? "undefined", last.Origin));
        }
    }

    private static IEnumerable<ObjectExpression> Sections(Expression value) => value switch
    {
        ObjectExpression section => [section],
        ConcatenationExpression concatenation => concatenation.Parts.OfType<ObjectExpression>(),
        _ => [],
    };

    private static bool IsNone(string text) => text is "null" or "none";
}
