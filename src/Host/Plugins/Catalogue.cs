using System.Collections.Immutable;
using ActorFed.Algorithms;
using ActorFed.Host.Configuration;
using ActorFed.Problems;

namespace ActorFed.Host.Plugins;

/// <summary>What can stand in an experiment: what the program has, and what plug-ins add to it.</summary>
internal sealed class Catalogue
{
    private Catalogue(ImmutableArray<Plugin> plugins)
    {
        Plugins = plugins;
        Algorithms = [.. AlgorithmCatalog.All, .. plugins.SelectMany(plugin => plugin.Algorithms).Select(part => part.Value)];
        Problems = [.. ProblemCatalog.All, .. plugins.SelectMany(plugin => plugin.Problems).Select(part => part.Value)];
        Defaults =
        [
            .. plugins.SelectMany(plugin => plugin.Problems).Select(part => part.Defaults),
            .. plugins.SelectMany(plugin => plugin.Algorithms).Select(part => part.Defaults),
        ];
    }

    /// <summary>What the program has without plug-ins.</summary>
    public static Catalogue BuiltIn { get; } = new([]);

    public ImmutableArray<IAlgorithm> Algorithms { get; }

    public ImmutableArray<ProblemEntry> Problems { get; }

    public ImmutableArray<Plugin> Plugins { get; }

    /// <summary>Keys and defaults of what the plug-ins add.</summary>
    public ImmutableArray<ReferencePart> Defaults { get; }

    /// <summary>What the program has and the plug-ins in <paramref name="files"/> add.</summary>
    /// <exception cref="PluginException">A plug-in cannot be used, or a name is taken.</exception>
    public static Catalogue With(IReadOnlyCollection<string> files)
    {
        if (files.Count == 0)
        {
            return BuiltIn;
        }

        ImmutableArray<Plugin> plugins = [.. files.Select(PluginLoader.Load)];
        Dictionary<string, string> owners = ConfigurationLoader.SectionsOf(ConfigurationSources.ReadReference())
            .ToDictionary(name => name, _ => "the program has that key itself");
        foreach (Plugin plugin in plugins)
        {
            plugin.Problems.ToList().ForEach(part => Take(part, part.Value.Name));
            plugin.Algorithms.ToList().ForEach(part => Take(part, part.Value.Name));
        }

        return new Catalogue(plugins);

        void Take<T>(PluginPart<T> part, string name)
        {
            if (!owners.TryAdd(name, $"{part.Type.FullName} in {part.File} has it"))
            {
                throw new PluginException(part.File, part.Type, $"is called '{name}', and that name is taken: {owners[name]}. Choose another name.");
            }
        }
    }

    /// <summary>Where a problem comes from; null when the program has it itself.</summary>
    public PluginPart<ProblemEntry>? PartOf(ProblemEntry problem) =>
        Plugins.SelectMany(plugin => plugin.Problems).FirstOrDefault(part => ReferenceEquals(part.Value, problem));

    /// <summary>Requires the plug-ins that an experiment was made with.</summary>
    /// <param name="identities">What it remembers of them.</param>
    /// <param name="origin">Where that stands.</param>
    /// <param name="mayDiffer">Whether another build of the same file will do.</param>
    /// <exception cref="ConfigurationException">One is not given, or is another.</exception>
    public void Require(IEnumerable<string> identities, Origin origin, bool mayDiffer)
    {
        foreach (string identity in identities)
        {
            if (Plugins.Any(plugin => plugin.Identity == identity))
            {
                continue;
            }

            string name = Plugin.FileNameOf(identity);
            Plugin given = Plugins.FirstOrDefault(plugin => Plugin.FileNameOf(plugin.Identity) == name)
                ?? throw new ConfigurationException(
                    origin, $"plugins names {identity}, and that plug-in is not given; give it again: --plugin PATH/{name}");
            if (!mayDiffer)
            {
                throw new ConfigurationException(
                    origin,
                    $"plugins names {identity}, and --plugin {given.Path} is {given.Identity}, which may compute something else. Give the file that was used, "
                    + "or accept this one: with --set plugins=[], or --ignore-build for the replay of a record.");
            }
        }
    }
}
