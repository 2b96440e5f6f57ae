namespace ActorFed.Host.Configuration;

/// <summary>Lays the sources of a configuration over each other, checks their keys and resolves the result.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The resolved configuration: every key of the reference, and no other key outside its free sections.</summary>
    /// <exception cref="ConfigurationException">A file is missing, a text is not valid, a key is unknown, a substitution has no value.</exception>
    public static HoconObject Load(ConfigurationSources sources)
    {
        ObjectExpression reference = HoconParser.Parse(sources.Reference, ConfigurationSources.ReferenceFile);
        ConfigurationSchema schema = new(reference);
        List<ObjectExpression> layers = [];
        if (sources.ExperimentFile is { } file)
        {
            layers.Add(ParseExperiment(HoconPath.ResolveFile("", file), sources.ReadFile));
        }

        layers.Add(EnvironmentOverrides.Read(sources.Environment));
        layers.AddRange(sources.Settings.Select(setting => HoconParser.ParseArgument(setting, "--set")));
        ThrowIfAny([.. layers.SelectMany(schema.Check)]);

        ObjectExpression merged = new(layers[0].Origin);
        merged.Merge(reference);
        layers.ForEach(merged.Merge);
        HoconObject resolved = HoconResolver.Resolve(merged, sources.Environment.GetValueOrDefault);
        ThrowIfAny(schema.Check(resolved));
        return resolved;
    }

    /// <summary>Every key of a reference with what is said about it, in the order of the file.</summary>
    /// <param name="reference">Text of a reference.conf; <see cref="ConfigurationSources.ReadReference"/> has the program's own.</param>
    public static IReadOnlyList<ReferenceKey> DescribeKeys(string reference) =>
        new ConfigurationSchema(HoconParser.Parse(reference, ConfigurationSources.ReferenceFile)).Keys;

    private static ObjectExpression ParseExperiment(string file, Func<string, string?> readFile)
    {
        string text = readFile(file) ?? throw new ConfigurationException(new Origin(file), "there is no such file");
        return HoconParser.Parse(text, file, readFile);
    }

    private static void ThrowIfAny(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }
    }
}
