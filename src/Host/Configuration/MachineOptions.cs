using System.Collections.Immutable;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Host.Cluster;
using ActorFed.Host.Health;
using ActorFed.Host.Observability;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Configuration;

/// <summary>What belongs to a machine or a cluster and not to an experiment: each property is a section that is in no run's plan.</summary>
internal sealed record MachineOptions
{
    /// <summary>Names of the sections.</summary>
    public static ImmutableArray<string> Sections { get; } = [.. typeof(MachineOptions).GetProperties()
        .Where(property => property.GetMethod is { IsStatic: false, IsPublic: true })
        .Select(property => ScalarText.KebabCase(property.Name))];

    /// <summary>Where runs are kept.</summary>
    public required StoreOptions Store { get; init; }

    /// <summary>Who carries messages between processes.</summary>
    public required RabbitMqOptions Broker { get; init; }

    /// <summary>How this process takes part in a cluster.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>How this process takes part in a cluster of Akka.NET.</summary>
    public required AkkaNodeOptions Akka { get; init; }

    /// <summary>Whether anybody but the reference says something of the broker. No option, hence not public.</summary>
    internal bool NamesBroker { get; init; }

    /// <summary>Where a node answers health probes.</summary>
    public required HealthOptions Health { get; init; }

    /// <summary>Where metrics and traces go.</summary>
    public required TelemetryOptions Telemetry { get; init; }

    /// <summary>What is logged, and how.</summary>
    public required LogOptions Logs { get; init; }

    /// <summary>The sections among others.</summary>
    /// <exception cref="ConfigurationException">A value is wrong, or would have no effect.</exception>
    public static MachineOptions Of(HoconObject root)
    {
        MachineOptions machine = HoconBinder.Bind<MachineOptions>(new HoconObject(root.Origin, root.Fields.RemoveRange(root.Fields.Keys.Except(Sections))));
        if (machine.Node.Engine == NodeEngine.Akka)
        {
            RefuseShares(root);
        }

        return machine with { NamesBroker = root.Find(ScalarText.KebabCase(nameof(Broker))) is { } broker && IsSet(broker) };
    }

    /// <summary>Where sharding says who lives where, it goes by numbers alone, and by akka.conf.</summary>
    private static void RefuseShares(HoconObject root)
    {
        foreach (string key in (string[])["node.capacity", "node.moves-at-a-time"])
        {
            if (root.Find(key) is { } field && IsSet(field))
            {
                throw new ConfigurationException(
                    field.Origin,
                    $"{key} has no effect with node.engine = akka: all nodes get the same share, and akka.cluster.sharding.least-shard-allocation-strategy in the file "
                    + "akka.config says how many move at a time. Leave it out.");
            }
        }
    }

    private static bool IsSet(HoconField field) => field.Value is HoconObject { Fields.Count: > 0 } section
        ? section.Fields.Values.Any(IsSet)
        : field.Origin.Source != ConfigurationSources.ReferenceFile;

    /// <summary>All but these sections.</summary>
    public static HoconObject Without(HoconObject root) => new(root.Origin, root.Fields.RemoveRange(Sections));

    /// <summary>As reference, file, environment and settings say.</summary>
    /// <param name="file">A file with such sections; null: none.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <param name="catalogue">What else may stand among the settings.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static MachineOptions OfThisMachine(string? file, IEnumerable<string> settings, Catalogue catalogue) =>
        Of(ConfigurationLoader.Load(ConfigurationSources.OfThisMachine(file, settings) with { Additions = catalogue.Defaults }));
}
