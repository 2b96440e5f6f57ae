using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>Runs of neighbours some of which attack, on quadratics whose minima all lie around one point.</summary>
public sealed class AttackedRunTests
{
    private const int Participants = 10;
    private const int Rounds = 100;
    private const double Offset = 4; // the minimum has a norm of about 7, and the centres lie within 1 of it in every entry

    private static readonly ImmutableArray<int> Attackers = [2, 7];
    private static readonly FaultProfile Heavy = FaultProfile.Heavy with { Loss = 0.1, Crashes = 8, MaxDuration = TimeSpan.FromSeconds(3) };

    [Theory]
    [InlineData(AttackKind.Gaussian)]
    [InlineData(AttackKind.SignFlip)]
    [InlineData(AttackKind.Krum)]
    [InlineData(AttackKind.Trim)]
    [InlineData(AttackKind.Scaled)]
    public void Balance_keeps_the_worst_off_near_the_minimum_of_the_honest(AttackKind attack)
    {
        GraphEnded ended = Scenario(attack, Balance).Run().MustHaveCompleted($"{attack}");

        Assert.InRange(WorstDistance(ended), 0, 1);
    }

    [Theory]
    [InlineData(AttackKind.Gaussian, 10)]
    [InlineData(AttackKind.SignFlip, 3)]
    [InlineData(AttackKind.Scaled, 1e6)]
    public void Undefended_averaging_is_led_astray(AttackKind attack, double atLeast)
    {
        GraphEnded ended = Scenario(attack, null).Run().MustHaveCompleted($"{attack}");

        Assert.True(WorstDistance(ended) > atLeast, $"{WorstDistance(ended)}");
    }

    [Fact]
    public void Attackers_keep_their_own_models_finite_when_they_are_neighbours()
    {
        GraphScenario scenario = Scenario(AttackKind.Scaled, Balance);

        GraphEnded ended = (scenario with { With = setup => scenario.With(setup) with { Attackers = [2, 3], RoundLimit = 400 } })
            .Run().MustHaveCompleted();

        FlatVector minimum = new QuadraticShards(Participants, 3, Offset).Minimum();
        Assert.All(Enumerable.Range(2, 2), i =>
            Assert.InRange(Math.Sqrt(VectorMath.SquaredDistance(ended.ModelsAt(400)[i].Span, minimum.Span)), 0, 1));
    }

    [Theory]
    [InlineData(AttackKind.Krum, 0)]
    [InlineData(AttackKind.Trim, 0)]
    [InlineData(AttackKind.NearCopy, 0)]
    [InlineData(AttackKind.Adaptive, 0)]
    [InlineData(AttackKind.Adaptive, 3)]
    public void Attackers_that_wait_for_the_honest_do_not_wait_for_each_other(AttackKind attack, int stalenessBound)
    {
        GraphScenario scenario = Scenario(attack, Balance) with { Topology = GraphScenario.Ring(6) };

        // On this circle 2 has attackers on both sides, and the others one.
        GraphEnded ended = (scenario with
        {
            With = setup => scenario.With(setup) with { Attackers = [1, 2, 3], StalenessBound = stalenessBound },
        }).Run().MustHaveCompleted($"{attack}");

        Assert.Equal(6 * Rounds, ended.Log.Rounds.Count);
        Assert.DoesNotContain(ended.Log.Edges, edge => edge.Edge.Change == EdgeChange.Closed);
    }

    [Theory]
    [InlineData(AttackKind.Gaussian)]
    [InlineData(AttackKind.NearCopy)]
    [InlineData(AttackKind.Krum)]
    [InlineData(AttackKind.Trim)]
    [InlineData(AttackKind.Adaptive)]
    public void Attacked_rounds_end_bit_for_bit_as_without_faults(AttackKind attack)
    {
        GraphScenario scenario = Scenario(attack, Balance);
        GraphEnded calm = scenario.Run().MustHaveCompleted();

        for (ulong seed = 1; seed <= 3; seed++)
        {
            GraphEnded ended = (scenario with { Faults = new DrawnFaults(Heavy, seed, scenario.Placement, maxViolations: 100) }).Run();

            ended.MustHaveCompleted($"{attack} seed {seed}");
            Assert.NotEmpty(ended.Log.Faults.Plan.Faults);
            Assert.Equal(calm.ModelsAt(Rounds), ended.ModelsAt(Rounds));
        }
    }

    private static readonly AcceptanceOptions Balance = new() { Kind = AcceptanceKind.Balance, MinThreshold = 2 }; // models begin at zero

    private static GraphScenario Scenario(AttackKind attack, AcceptanceOptions? acceptance) => new()
    {
        Topology = new StaticTopology(
            "circulant", new MixingMatrix([.. Enumerable.Range(0, Participants).Select(i => (IReadOnlyList<Weight>)
                [.. new[] { 1, 2, 8, 9 }.Select(offset => (i + offset) % Participants).Order().Select(j => new Weight(j, 0.2))])])),
        Problem = new QuadraticShards(Participants, 3, Offset),
        With = setup => setup with
        {
            RoundLimit = Rounds,
            LostAfter = TimeSpan.FromMinutes(10),
            Acceptance = acceptance?.Create(Rounds),
            Attackers = Attackers,
            Attack = new AttackOptions { Kind = attack }.Create(acceptance ?? new AcceptanceOptions(), Rounds),
        },
    };

    /// <summary>The largest distance of an honest participant's last model to the minimum of the honest ones' losses.</summary>
    private static double WorstDistance(GraphEnded ended)
    {
        int[] honest = [.. Enumerable.Range(0, Participants).Except(Attackers)];
        FlatVector minimum = new QuadraticShards(Participants, 3, Offset).Minimum(honest);
        return honest.Max(i => Math.Sqrt(VectorMath.SquaredDistance(ended.ModelsAt(Rounds)[i].Span, minimum.Span)));
    }
}
