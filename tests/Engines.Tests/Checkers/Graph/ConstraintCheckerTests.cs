using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests.Graph;

public sealed class ConstraintCheckerTests
{
    [Fact]
    public void Accepts_an_exchange_that_only_its_decider_has_made_yet()
    {
        Watched watched = new();

        watched.Hold(0, at: 0, share: 1).Hold(1, at: 0, share: 2);
        watched.Hold(1, at: 1, share: 1.5, (0, 0, -0.5)); // decided
        watched.Hold(0, at: 1, share: 1.5);               // moved

        Assert.Equal(3, watched.Checker.Checks);
        Assert.Equal(0, watched.Checker.Largest);
    }

    [Fact]
    public void Accepts_a_proposer_that_goes_back_to_where_the_exchange_was_open()
    {
        Watched watched = new();

        watched.Hold(0, at: 0, share: 1).Hold(1, at: 1, share: 1.5, (0, 0, -0.5)).Hold(0, at: 1, share: 1.5).Hold(0, at: 0, share: 1);

        Assert.Equal(3, watched.Checker.Checks);
    }

    [Fact]
    public void Notices_a_move_that_nobody_decided() => new Watched().Hold(0, at: 0, share: 1).Hold(1, at: 0, share: 2).Breaks(watched => watched.Hold(0, at: 1, share: 1.5));

    [Fact]
    public void Notices_a_decider_that_forgets() =>
        new Watched().Hold(0, at: 1, share: 1.5).Hold(1, at: 1, share: 1.5, (0, 0, -0.5)).Breaks(watched => watched.Hold(1, at: 0, share: 2));

    [Fact]
    public void Notices_a_proposer_that_moves_twice() =>
        new Watched().Hold(0, at: 0, share: 1).Hold(1, at: 1, share: 1.5, (0, 0, -0.5)).Breaks(watched => watched.Hold(0, at: 2, share: 2));

    [Fact]
    public void Notices_a_difference_beyond_the_tolerance() =>
        new Watched().Hold(0, at: 0, share: 1).Hold(1, at: 0, share: 2 + 9e-11).Breaks(watched => watched.Hold(1, at: 0, share: 2 + 2e-10));

    /// <summary>Two participants whose shares must sum to 3.</summary>
    private sealed class Watched : ISimulationView
    {
        private readonly StateEntry[][] _states = [[], []];

        public Watched() => Checker.Began(this);

        public ConstraintChecker Checker { get; } = new(neighbours: 2);

        public TimeSpan Now => TimeSpan.Zero;

        public long Events => 1;

        public IEnumerable<StateEntry> Inspect(ParticipantId participant) => _states[participant.Index];

        public ActorState StateOf(ParticipantId participant) => ActorState.Running;

        /// <summary>A participant is entered, and then holds this.</summary>
        public Watched Hold(int index, long at, double share, params (int Proposer, long Exchange, double Shift)[] decided)
        {
            ParticipantId participant = new(Role.Neighbour, index);
            Checker.Entered(Now, new Entry(participant, EntryKind.TimerElapsed, default, 0, "x"));
            _states[index] =
            [
                new(PairNeighbour.Shown.At, FlatVector.Of(at)),
                new(PairNeighbour.Shown.Share, FlatVector.Of(share)),
                new(PairNeighbour.Shown.RightSide, FlatVector.Of(3)),
                .. decided.Select(entry => new StateEntry($"{PairNeighbour.Shown.Decided}{entry.Proposer}", FlatVector.Of(entry.Exchange, entry.Shift))),
            ];
            Checker.Entered(Now, new Entry(ParticipantId.Master, EntryKind.TimerElapsed, default, 0, "x"));
            return this;
        }

        public void Breaks(Action<Watched> what) =>
            Assert.Contains("constraint 0 is off by", Assert.Throws<CheckerException>(() => what(this)).Message, StringComparison.Ordinal);
    }
}
