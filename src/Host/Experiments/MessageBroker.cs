using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Host.Cluster;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using ActorFed.Wire;

namespace ActorFed.Host.Experiments;

/// <summary>The broker of the section broker, with the credentials that it needs.</summary>
internal sealed class MessageBroker : IHosting
{
    /// <summary>Where the password may stand.</summary>
    public const string PasswordVariable = "ACTORFED_BROKER_PASSWORD";

    private readonly RabbitMqOptions _options;
    private readonly string? _password;
    private string _version = "not asked for"; // as it said when it was checked

    /// <param name="options">Where it is.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <exception cref="ConfigurationException">The password cannot be read.</exception>
    public MessageBroker(RabbitMqOptions options, Func<string, string?> environment)
    {
        _options = options;
        _password = Secrets.Read(options.PasswordFile, "broker.password-file", PasswordVariable, environment);
    }

    /// <summary>Where the broker is, in words.</summary>
    public string Address => $"{_options.Host}:{_options.Port}, virtual host '{_options.VirtualHost}'";

    /// <inheritdoc/>
    public string Place => $"broker {Address} (version {_version})";

    /// <summary>Requires that it can be used.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="BrokerException">It cannot be; nothing was started.</exception>
    public async Task<string> CheckAsync(CancellationToken cancellation) => _version = await BrokerVisit.CheckAsync(_options, _password, cancellation);

    /// <summary>Removes what an earlier process left in the mailboxes of a run that is nowhere carried out now.</summary>
    /// <exception cref="BrokerException">It cannot be reached, or refuses.</exception>
    public Task RemoveMailboxesAsync(RunPlan plan, CancellationToken cancellation) =>
        BrokerVisit.RemoveMailboxesAsync(_options, _password, plan, cancellation);

    /// <inheritdoc/>
    public string Kind => "broker";

    /// <inheritdoc/>
    public string Name => "the broker";

    /// <inheritdoc/>
    public async Task<IRunPart> JoinAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, IReadOnlySet<ParticipantId> external, Action<ParticipantId, string> givenUp) =>
        await RabbitMqPart.JoinAsync(plan, _options, _password, WireCatalog.Codec, factory, observer, snapshots, givenUp, external);

    /// <summary>An engine that hosts all participants of a plan, with their mailboxes here.</summary>
    public RabbitMqEngine CreateEngine() => new(_options, _password, WireCatalog.Codec);
}

/// <summary>Finds the broker that a command is to use.</summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="file">A file with the sections of <see cref="MachineOptions"/>; null: experiment and environment have them.</param>
internal sealed class MessageBrokers(Func<string, string?> environment, string? file)
{
    /// <summary>The broker for a new run; null where its engine needs none.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong, or the password cannot be read.</exception>
    public MessageBroker? For(Experiment experiment, IEnumerable<string> settings) => experiment.Options.Engine.Kind != EngineKind.RabbitMq ? null
        : file is null ? ForNode(experiment.Machine.Broker)
        : ForResumed(experiment, settings);

    /// <summary>The broker for a run that goes on, whose plan does not say; null where its engine needs none.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong, or the password cannot be read.</exception>
    public MessageBroker? ForResumed(Experiment experiment, IEnumerable<string> settings) => experiment.Options.Engine.Kind == EngineKind.RabbitMq
        ? ForNode(MachineOptions.OfThisMachine(file, settings, experiment.Catalogue).Broker)
        : null;

    /// <summary>The broker that file or environment name; null where they name none.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong, or the password cannot be read.</exception>
    public MessageBroker? Named(Catalogue catalogue) =>
        MachineOptions.OfThisMachine(file, [], catalogue) is { NamesBroker: true } machine ? new MessageBroker(machine.Broker, environment) : null;

    /// <summary>Who hosts all participants makes all mailboxes.</summary>
    private MessageBroker ForNode(RabbitMqOptions options) => options.IsEdge
        ? throw new ConfigurationException([
            $"broker.node-user is '{options.NodeUser}' and broker.user is '{options.User}', so this is an edge worker, which cannot host a whole run: "
            + "leave broker.node-user out, and sign in as the nodes' user."])
        : new MessageBroker(options, environment);
}
