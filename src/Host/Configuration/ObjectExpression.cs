namespace ActorFed.Host.Configuration;

/// <summary>A section as it was written: for each key its settings, earliest first. The last one wins; sections merge.</summary>
internal sealed record ObjectExpression(Origin Origin) : Expression(Origin)
{
    private readonly Dictionary<string, List<Definition>> _fields = [];

    /// <summary>The settings of each key, never empty, in the order in which the keys first occurred.</summary>
    public IEnumerable<KeyValuePair<string, List<Definition>>> Fields => _fields;

    /// <summary>Adds a setting of the key at the path <paramref name="keys"/>, which has at least one element.</summary>
    public void Add(ReadOnlySpan<string> keys, Definition definition)
    {
        if (keys.Length > 1)
        {
            ObjectExpression nested = new(definition.Origin);
            nested.Add(keys[1..], definition);
            definition = new Definition(definition.Origin, "", nested);
        }

        Append(keys[0], definition);
    }

    /// <summary>Adds all settings of <paramref name="later"/> after those that are here.</summary>
    public void Merge(ObjectExpression later)
    {
        foreach ((string key, List<Definition> definitions) in later._fields)
        {
            foreach (Definition definition in definitions)
            {
                Append(key, definition);
            }
        }
    }

    private void Append(string key, Definition definition)
    {
        if (!_fields.TryGetValue(key, out List<Definition>? definitions))
        {
            _fields.Add(key, definitions = []);
        }

        if (definition.Value is not ObjectExpression section)
        {
            definitions.Add(definition);
        }
        else if (definitions.Count > 0 && definitions[^1] is { Value: ObjectExpression open } last)
        {
            // Sections in a row are one section, which keeps the stack of settings short. It belongs to the file that wrote to
            // it last, and there to the line where that file opened it.
            open.Merge(section);
            definitions[^1] = last with
            {
                Origin = last.Origin.Source == definition.Origin.Source ? last.Origin : definition.Origin,
                Documentation = definition.Documentation.Length > 0 ? definition.Documentation : last.Documentation,
            };
        }
        else
        {
            // A copy of its own: what is merged into it later must not reach the tree that it came from.
            ObjectExpression copy = new(section.Origin);
            copy.Merge(section);
            definitions.Add(definition with { Value = copy });
        }
    }
}
