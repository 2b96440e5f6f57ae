using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>What a simulation adds to a plan: how long things take, and what goes wrong.</summary>
public sealed record SimulationSetup
{
    /// <summary>How long computing and carrying take.</summary>
    public ITimeModel Time { get; init; } = new ConstantTime(TimeSpan.FromMicroseconds(10));

    /// <summary>What goes wrong.</summary>
    public IFaultSource Faults { get; init; } = new NoFaults();

    /// <summary>The disk under the snapshot store, where it can be made to fail; else null.</summary>
    public SimulatedDisk? Disk { get; init; }

    /// <summary>Nodes that the participants are spread over in turn, the master on node 0; at least 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Which participant is on which node.</summary>
    public IReadOnlyList<(ParticipantId Participant, int Node)> Place(IEnumerable<ParticipantId> participants) =>
        [.. participants.Select((id, i) => (id, i % Nodes))];
}

/// <summary>
/// Runs all participants on the calling thread in virtual time: one queue of events, and the same participants, supervision
/// and retries as everywhere. Same plan, same setup, same events, bit for bit.
/// </summary>
/// <remarks>
/// <para>A participant takes one entry at a time. While it computes, pauses or is unavailable, what arrives for it waits; when it
/// is entered its state changes at once, and its effects take place when the computing time is over. A crash in between takes
/// the effects with it, but not what was saved.</para>
/// <para>Mailboxes have no bound: what waits is bounded by what the participants have under way. Messages to a participant that
/// is down, and those that its crash finds waiting, are lost.</para>
/// </remarks>
/// <param name="setup">Times and faults.</param>
public sealed class SimulationEngine(SimulationSetup setup) : IDeterministicEngine
{
    /// <inheritdoc/>
    /// <remarks>The run is over when the call returns. An <see cref="ISimulationObserver"/> is told more than others.</remarks>
    /// <exception cref="ArgumentException">The plan or a fault is out of range.</exception>
    public Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation)
    {
        plan.Validate();
        return Task.FromResult(new SimulationRun(plan, setup, factory, observer, snapshots).Run(cancellation));
    }

    /// <summary>Does nothing: a run is over when its call returns.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
