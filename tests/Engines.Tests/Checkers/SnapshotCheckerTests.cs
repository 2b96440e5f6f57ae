using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class SnapshotCheckerTests
{
    private static readonly CheckerSettings Settings = new() { Workers = 1, MinActive = 1 };

    [Fact]
    public async Task Passes_a_participant_that_is_rebuilt_as_it_was()
    {
        MemorySnapshotStore store = new();

        (RunReport report, Checkers checkers) = await RunAsync(store, _ => new Keeper());

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Contains(("snapshots", 1L), checkers.Counts);
        Assert.NotNull(store.Latest(ParticipantId.Master));
    }

    [Theory]
    [InlineData("value", "has 4 as entry 1 of 'kept'; it had 2")]
    [InlineData("length", "has 'kept' of length 3; it had length 2")]
    [InlineData("name", "has 'renamed' where it had 'kept'")]
    [InlineData("missing", "has nothing where it had 'kept'")]
    [InlineData("more", "has 'more' where it had nothing")]
    [InlineData("content", "takes another one; the two must be equal")]
    [InlineData("throws", "cannot be rebuilt from its snapshot: damaged")]
    public async Task Finds_what_a_snapshot_loses(string loss, string expected)
    {
        (RunReport report, _) = await RunAsync(new MemorySnapshotStore(), snapshot => new Keeper(snapshot is null ? "" : loss));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        CheckerException broken = Assert.IsType<CheckerException>(report.Failure);
        Assert.Equal("snapshots", broken.Checker);
        Assert.Contains(expected, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_what_the_snapshot_at_the_end_of_a_run_loses()
    {
        using CancellationTokenSource source = new();

        (RunReport report, _) = await RunAsync(
            new MemorySnapshotStore(), snapshot => new Keeper(snapshot is null ? "" : "value") { OnStart = source.Cancel, Saves = false }, source.Token);

        Assert.IsType<CheckerException>(report.Failure);
        Assert.True(source.IsCancellationRequested);
    }

    private static async Task<(RunReport Report, Checkers Checkers)> RunAsync(
        ISnapshotStore store, Func<Snapshot?, IParticipant> create, CancellationToken cancellation = default)
    {
        Checkers checkers = new(Settings);
        SnapshotChecker watched = checkers.Watch(new ScriptedFactory((_, _, snapshot) => create(snapshot)), store);
        RunPlan plan = new() { RunId = "snapshots", Seed = 1, Participants = [new ParticipantSpec(ParticipantId.Master)] };
        await using SimulationEngine engine = new(new SimulationSetup());
        RunReport report = await engine.RunAsync(plan, watched, checkers, watched, cancellation);
        return (checkers.Conclude(report), checkers);
    }

    /// <summary>A participant of two numbers, and one that is not kept; rebuilt ones may differ.</summary>
    private sealed class Keeper : IParticipant
    {
        private readonly string _loss;

        public Keeper(string loss = "")
        {
            _loss = loss;
            if (loss == "throws")
            {
                throw new InvalidDataException("damaged");
            }
        }

        public Action OnStart { get; init; } = () => { };

        public bool Saves { get; init; } = true;

        public void Start(Outbox outbox)
        {
            OnStart();
            if (Saves)
            {
                outbox.Save();
                outbox.Complete("done");
            }
            else
            {
                outbox.StartTimer("never", TimeSpan.FromHours(1));
            }
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
        }

        public void TimerElapsed(string timer, Outbox outbox)
        {
        }

        public Snapshot TakeSnapshot() => Scripted.SnapshotOf(_loss == "content" ? 2 : 1);

        public IEnumerable<StateEntry> Inspect()
        {
            yield return new StateEntry("passing", FlatVector.Of(_loss.Length), IsDurable: false);
            if (_loss != "missing")
            {
                double[] values = _loss == "length" ? [1, 2, 3] : [1, _loss == "value" ? 4 : 2];
                yield return new StateEntry(_loss == "name" ? "renamed" : "kept", FlatVector.Of(values));
            }

            if (_loss == "more")
            {
                yield return new StateEntry("more", FlatVector.Empty);
            }
        }
    }
}
