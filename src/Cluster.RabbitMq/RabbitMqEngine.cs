using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>
/// Runs participants over a RabbitMQ broker, in real time: all of a plan, or those that this process hosts while others host the
/// rest. Each participant has a mailbox of its own at the broker, and one for control messages, which never wait behind vectors.
/// </summary>
/// <remarks>
/// <para>A message is acknowledged after it was handled, its outgoing messages were confirmed by the broker and, where the
/// participant asked for it, its snapshot was stored. Lost connections are made again with back-off; what was not acknowledged comes
/// again. A full mailbox refuses, and its sender tries again, for <see cref="RunLimits.SendTimeout"/> at most.</para>
/// <para>A participant completes or fails the run for all engines that share it. Cancellation and the wall time end this engine's part:
/// the others go on. That nothing is left to happen is noticed only by an engine that hosts all participants.</para>
/// <para>The ids of runs that go on at the same time at one broker, under one prefix, must differ.</para>
/// </remarks>
/// <param name="options">Where the broker is, and limits.</param>
/// <param name="password">Of the broker's user; null where there is none, which a broker refuses.</param>
/// <param name="codec">Writes and reads all messages of the participants; <see cref="WireCatalog.Codec"/> knows those of the built-in algorithms.</param>
/// <param name="hosted">The participants that this process hosts; null hosts all of the plan. Two processes must not host the same one.</param>
/// <param name="clock">Measures time and runs timers; the system's when null.</param>
public sealed class RabbitMqEngine(
    RabbitMqOptions options, string? password, WireCodec codec, IReadOnlySet<ParticipantId>? hosted = null, TimeProvider? clock = null) : IEngine
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The plan or the options are out of range, or a hosted participant is not in the plan.</exception>
    public Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation)
    {
        HashSet<ParticipantId> planned = [.. plan.Participants.Select(spec => spec.Id)];
        HashSet<ParticipantId> here = [.. hosted ?? planned];
        RunSetup setup = RunSetup.Of(plan, options, codec, here, clock) with { Password = password };
        if (here.Count == 0 || !here.IsSubsetOf(planned))
        {
            throw new ArgumentException(
                $"Hosted are {(here.Count == 0 ? "none" : string.Join(", ", here.Order()))}; they must be some of the {planned.Count} participants of run '{plan.RunId}'.");
        }

        return new RabbitMqRun(setup, factory, observer, snapshots).RunAsync(cancellation);
    }

    /// <summary>Does nothing: runs in progress go on until their own end.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What the parts of one run share.</summary>
/// <param name="Plan">The run.</param>
/// <param name="Options">The broker, and limits.</param>
/// <param name="Codec">Messages to bytes.</param>
/// <param name="Names">Names of the run's queues.</param>
/// <param name="Planned">All participants.</param>
/// <param name="Hosted">Those of this process from the beginning.</param>
/// <param name="Clock">Real time.</param>
internal sealed record RunSetup(
    RunPlan Plan,
    RabbitMqOptions Options,
    WireCodec Codec,
    QueueNames Names,
    IReadOnlySet<ParticipantId> Planned,
    IReadOnlySet<ParticipantId> Hosted,
    TimeProvider Clock)
{
    /// <summary>Of the broker's user. Not public, so that the record's text does not have it.</summary>
    internal string? Password { get; init; }

    /// <summary>In a part of a run, the participant that stands for it: the first of the plan. Else null.</summary>
    public ParticipantId? Lead { get; init; }

    /// <summary>Participants that other programs than engines of the run serve.</summary>
    public IReadOnlySet<ParticipantId> External { get; init; } = new HashSet<ParticipantId>();

    /// <exception cref="ArgumentException">The plan or the options are out of range.</exception>
    public static RunSetup Of(RunPlan plan, RabbitMqOptions options, WireCodec codec, IReadOnlySet<ParticipantId> hosted, TimeProvider? clock)
    {
        plan.Validate();
        options.Validate();
        HashSet<ParticipantId> planned = [.. plan.Participants.Select(spec => spec.Id)];
        return new RunSetup(plan, options, codec, new QueueNames(options.Prefix, plan.RunId), planned, hosted, clock ?? TimeProvider.System);
    }

    /// <summary>Whether no other process takes part.</summary>
    public bool HostsAll => Hosted.Count == Planned.Count;
}
