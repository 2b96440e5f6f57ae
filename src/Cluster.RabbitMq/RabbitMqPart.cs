using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>
/// This process's part in a run that it hosts together with others: participants are taken up and let go while the run goes on. Who hosts
/// whom is decided elsewhere; should two hold the same participant for a while, the broker delivers to one of them, and the one of the
/// lower epoch can store nothing and is not listened to.
/// </summary>
/// <remarks>
/// The first participant of the plan, the master or neighbour 0, leads: whoever hosts it records the run, is told what the others show,
/// and hears of their ends. Only there does a part end with the run. What others count is up to a second late.
/// </remarks>
public sealed class RabbitMqPart : IRunPart
{
    private readonly RabbitMqRun _run;

    private RabbitMqPart(RabbitMqRun run)
    {
        _run = run;
        Ended = run.RunPartAsync();
    }

    /// <inheritdoc/>
    public Task<RunReport> Ended { get; }

    /// <inheritdoc/>
    public bool IsConnected => _run.Broker.OpenSession is not null;

    /// <summary>The participants hosted now.</summary>
    public IEnumerable<ParticipantId> Hosted => _run.Hosted;

    /// <summary>Joins a run; it hosts nobody yet.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="options">Where the broker is, and limits.</param>
    /// <param name="password">The password of its user.</param>
    /// <param name="codec">Writes and reads all messages of the participants.</param>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="observer">Told what happens in this process.</param>
    /// <param name="snapshots">A store that all processes share, and that fences.</param>
    /// <param name="givenUp">
    /// Told of a participant that was given up here, and why: somebody else goes on with it, or its store stayed away. Any thread.
    /// </param>
    /// <param name="external">Participants that other programs serve; null: none. What they send is counted where it arrives.</param>
    /// <param name="clock">Measures time and runs timers; the system's when null.</param>
    /// <exception cref="ArgumentException">The plan or the options are out of range.</exception>
    /// <exception cref="BrokerException">The broker refuses, or could not be reached.</exception>
    public static async Task<RabbitMqPart> JoinAsync(
        RunPlan plan,
        RabbitMqOptions options,
        string? password,
        WireCodec codec,
        IParticipantFactory factory,
        IRunObserver observer,
        ISnapshotStore snapshots,
        Action<ParticipantId, string> givenUp,
        IReadOnlySet<ParticipantId>? external = null,
        TimeProvider? clock = null)
    {
        RunSetup setup = RunSetup.Of(plan, options, codec, new HashSet<ParticipantId>(), clock) with
        {
            Lead = LeadOf(plan),
            External = external ?? new HashSet<ParticipantId>(),
            Password = password,
        };
        RabbitMqRun run = new(setup, factory, observer, snapshots) { GivenUp = givenUp };
        await run.ConnectAsync().ConfigureAwait(false);
        return new RabbitMqPart(run);
    }

    /// <summary>The participant of a run that leads it: where it is hosted the run is recorded.</summary>
    public static ParticipantId LeadOf(RunPlan plan) => plan.Participants[0].Id;

    /// <inheritdoc/>
    public Task<bool> TakeUpAsync(ParticipantId participant, IRunObserver? recorder = null) => participant == _run.Setup.Lead == recorder is not null
        ? _run.TakeUpAsync(participant, recorder)
        : throw new ArgumentException($"{participant} {(recorder is null ? "leads the run and needs a recorder" : "does not lead the run and needs no recorder")}.", nameof(recorder));

    /// <inheritdoc/>
    public Task<SupervisionEvent?> LetGoAsync(ParticipantId participant, bool saves, CancellationToken hurry = default) => _run.LetGoAsync(participant, saves, hurry);

    /// <inheritdoc/>
    public Task SuspendAsync() => _run.SuspendAsync();

    /// <inheritdoc/>
    public Task ResumeAsync() => _run.ResumeAsync();

    /// <inheritdoc/>
    public void Cancel(string reason) => _run.End(RunOutcome.Cancelled, reason);

    /// <inheritdoc/>
    public Task RemoveMailboxesAsync(IReadOnlySet<ParticipantId> external, RunReport report) => _run.RemoveMailboxesAsync(external, report);

    /// <summary>Ends this part, if it goes on, and gives up the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        Cancel("The part of the run was given up.");
        await Ended.ConfigureAwait(false);
        await _run.DisconnectAsync().ConfigureAwait(false);
    }
}
