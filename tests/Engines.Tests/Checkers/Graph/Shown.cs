using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Tests;

/// <summary>What neighbours show and send, for tests of what watches them.</summary>
internal static class Shown
{
    public static EdgeObserved Closed { get; } = new(0, EdgeChange.Closed, 1);

    public static ParticipantId Neighbour(int index) => new(Role.Neighbour, index);

    public static RoundObserved Round(long round, params ImmutableArray<int> heard) => new()
    {
        Round = round,
        Heard = heard,
        Staleness = [.. heard.Select(_ => 0)],
        Candidates = heard.Length,
        Accepted = heard.Length,
        Measures = [],
    };

    public static RoundObserved Tracking(long round, double tracker, double tracked) => Round(round) with
    {
        State = [new StateEntry("tracker-x", FlatVector.Of(tracker)), new StateEntry("tracked-x", FlatVector.Of(tracked)), new StateEntry("x", FlatVector.Of(7))],
    };

    public static ModelObserved Model(long step, double lower, double upper = 1) =>
        new() { Step = step, Upper = FlatVector.Of(upper), Lower = FlatVector.Of(lower) };

    public static GraphMessage.VectorsSent Vectors(long round, double value, int exchange = 0) => new()
    {
        At = new Position(round, exchange),
        Packets = [new DensePacket(FlatVector.Of(value)), null],
        Restarts = [],
    };
}
