using ActorFed.Cluster.Postgres;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Runs;

internal enum StoreKind
{
    Folder,
    Postgres,
}

/// <summary>Where runs are kept. It is no part of a run's plan.</summary>
internal sealed record StoreOptions
{
    /// <summary>The section of these options.</summary>
    public const string Section = "store";

    public required StoreKind Kind { get; init; }

    public required PostgresOptions Postgres { get; init; }

    /// <summary>As reference, file, environment and settings say.</summary>
    /// <param name="file">A file with such a section; null: none.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <param name="catalogue">What else may stand among the settings.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static StoreOptions OfThisMachine(string? file, IEnumerable<string> settings, Catalogue catalogue) => HoconBinder.Bind<StoreOptions>(
        ConfigurationLoader.Load(ConfigurationSources.OfThisMachine(file, settings) with { Additions = catalogue.Defaults }), Section);
}
