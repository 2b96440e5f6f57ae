namespace ActorFed.Host.Configuration;

/// <summary>Lays the sources of a configuration over each other, checks their keys and resolves the result.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The resolved configuration: every key of the reference, and no other key outside its free sections.</summary>
    /// <exception cref="ConfigurationException">A file is missing, a text is not valid, a key is unknown, a substitution has no value.</exception>
    public static HoconObject Load(ConfigurationSources sources)
    {
        ObjectExpression reference = ParseReference(sources.Reference, sources.Additions.AsSpan());
        ConfigurationSchema schema = new(reference);
        List<ObjectExpression> layers = ParseLayers(sources);
        ThrowIfAny([.. layers.SelectMany(schema.Check)]);
        HoconObject resolved = Resolve(reference, layers, sources);
        ThrowIfAny(schema.Check(resolved));
        return resolved;
    }

    /// <summary>The resolved configuration as it stands, whether or not its keys are known: what it needs may be what makes them known.</summary>
    /// <exception cref="ConfigurationException">A file is missing, a text is not valid, a substitution has no value.</exception>
    public static HoconObject LoadUnchecked(ConfigurationSources sources) =>
        Resolve(ParseReference(sources.Reference, sources.Additions.AsSpan()), ParseLayers(sources), sources);

    /// <summary>Every key of a reference with what is said about it, in the order of the file.</summary>
    /// <param name="reference">Text of a reference.conf; <see cref="ConfigurationSources.ReadReference"/> has the program's own.</param>
    /// <param name="additions">Further keys.</param>
    public static IReadOnlyList<ReferenceKey> DescribeKeys(string reference, params ReadOnlySpan<ReferencePart> additions) =>
        new ConfigurationSchema(ParseReference(reference, additions)).Keys;

    /// <summary>The keys at the top of a reference.</summary>
    public static IEnumerable<string> SectionsOf(string reference) => ParseReference(reference, []).Fields.Select(field => field.Key);

    private static ObjectExpression ParseReference(string reference, ReadOnlySpan<ReferencePart> additions)
    {
        ObjectExpression all = HoconParser.Parse(reference, ConfigurationSources.ReferenceFile);
        foreach (ReferencePart part in additions)
        {
            all.Merge(HoconParser.Parse(part.Text, part.Source));
        }

        return all;
    }

    private static List<ObjectExpression> ParseLayers(ConfigurationSources sources)
    {
        List<ObjectExpression> layers = [];
        if (sources.ExperimentFile is { } file)
        {
            layers.Add(ParseExperiment(HoconPath.ResolveFile("", file), sources.ReadFile));
        }

        layers.Add(EnvironmentOverrides.Read(sources.Environment));
        layers.AddRange(sources.Settings.Select(setting => HoconParser.ParseArgument(setting, "--set")));
        return layers;
    }

    private static HoconObject Resolve(ObjectExpression reference, List<ObjectExpression> layers, ConfigurationSources sources)
    {
        ObjectExpression merged = new(layers[0].Origin);
        merged.Merge(reference);
        layers.ForEach(merged.Merge);
        return HoconResolver.Resolve(merged, sources.Environment.GetValueOrDefault);
    }

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
