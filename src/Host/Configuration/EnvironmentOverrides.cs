namespace ActorFed.Host.Configuration;

/// <summary>Settings in environment variables: <c>ACTORFED_CONF_adbo_step__lower=0.1</c> sets <c>adbo.step-lower</c>.</summary>
/// <remarks>In the name, one underscore is a dot, two are a hyphen, three are an underscore: the usual mangling of HOCON.</remarks>
internal static class EnvironmentOverrides
{
    /// <summary>What the names of such variables start with.</summary>
    public const string Prefix = "ACTORFED_CONF_";

    /// <summary>The layer that the variables make, in ordinal order of their names.</summary>
    /// <exception cref="ConfigurationException">A name or a value is not well-formed.</exception>
    public static ObjectExpression Read(IReadOnlyDictionary<string, string> variables)
    {
        ObjectExpression layer = new(new Origin("the environment"));
        foreach ((string name, string value) in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                layer.Merge(ReadVariable(name, value));
            }
        }

        return layer;
    }

    // A text is taken as it stands, so that addresses and paths need no second pair of quotes.
    private static ObjectExpression ReadVariable(string name, string value)
    {
        string[] keys = Demangle(name);
        if (value.TrimStart().StartsWith('[') || value.TrimStart().StartsWith('{'))
        {
            return HoconParser.ParseArgument($"{HoconPath.Join(keys)} = {value}", name);
        }

        ObjectExpression layer = new(new Origin(name));
        layer.Add(keys, new Definition(layer.Origin, "", new TextExpression(layer.Origin, value, TextKind.Bare)));
        return layer;
    }

    private static string[] Demangle(string name)
    {
        string mangled = name[Prefix.Length..];
        string path = "";
        for (int i = 0; i < mangled.Length; i++)
        {
            int start = i;
            while (i < mangled.Length && mangled[i] == '_')
            {
                i++;
            }

            path += (i - start) switch
            {
                0 => mangled[i].ToString(),
                1 => "\0", // a character that no name of a variable contains
                2 => "-",
                3 => "_",
                _ => throw new ConfigurationException(
                    new Origin(name), "more than three underscores in a row; write _ for a dot, __ for a hyphen, ___ for an underscore"),
            };
            i -= i > start ? 1 : 0;
        }

        string[] keys = path.Split('\0');
        return keys.All(key => key.Length > 0)
            ? keys
            : throw new ConfigurationException(
                new Origin(name), $"names no key; write {Prefix} and a path, with _ for a dot, __ for a hyphen, ___ for an underscore");
    }
}
