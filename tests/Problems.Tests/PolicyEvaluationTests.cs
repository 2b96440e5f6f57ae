using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Policy evaluation, exact up to rounding.</summary>
public sealed class PolicyEvaluationOracleTests : OracleConformance
{
    protected override double RoundingTolerance => 1e-12;

    protected override IBilevelOracle CreateOracle() =>
        new PolicyEvaluation(new PolicyEvaluationOptions { States = 7, Successors = 3, Features = 4, Ridge = 0.25 }, agents: 3, seed: 1).CreateOracle(2);
}

public sealed class PolicyEvaluationTests
{
    private readonly PolicyEvaluation _problem = new(new PolicyEvaluationOptions { States = 8, Successors = 3, Features = 4 }, agents: 5, seed: 2);

    [Fact]
    public void The_summed_lower_gradient_vanishes_at_the_lower_solution_of_any_point()
    {
        double[] x = SmallData.Gaussians(4, "x");
        double[] y = _problem.LowerSolution(x);

        double[] sum = Sum((oracle, result) => oracle.LowerLoss(x, y, [], result), 8);

        Assert.All(sum, value => Assert.Equal(0, value, 1e-12));
    }

    [Fact]
    public void The_hypergradient_of_the_oracles_is_that_of_the_problem_and_vanishes_at_the_solution()
    {
        foreach (double[] x in (double[][])[SmallData.Gaussians(4, "x"), _problem.SolutionUpper.Span.ToArray()])
        {
            double[] y = _problem.LowerSolution(x);
            double[] direct = Sum((oracle, result) => oracle.UpperLoss(x, y, result, []), 4);
            double[] adjoint = Sum((oracle, result) => oracle.UpperLoss(x, y, [], result), 8);
            VectorMath.Scale(1.0 / 5, adjoint); // the summed lower Hessian is 5 I
            double[] indirect = Sum((oracle, result) => oracle.LowerCrossProduct(x, y, adjoint, result), 4);

            double[] expected = _problem.Hypergradient(x);

            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(expected[i], (direct[i] - indirect[i]) / 5, 1e-12));
        }

        Assert.Equal(0, VectorMath.Norm(_problem.Hypergradient(_problem.SolutionUpper.Span)), 1e-12);
        Assert.Equal(0, Of(_problem, _problem.SolutionUpper, "distance-to-solution"));
    }

    [Fact]
    public void As_many_features_as_states_satisfy_the_Bellman_equation()
    {
        PolicyEvaluation problem = new(new PolicyEvaluationOptions { States = 6, Features = 6, Successors = 2, Ridge = 1e-10 }, agents: 3, seed: 1);

        Assert.Equal(0, Of(problem, problem.SolutionUpper, "bellman-error"), 1e-6); // the ridge keeps it from 0
        Assert.True(Of(problem, FlatVector.Zeros(6), "bellman-error") > 0.01);
    }

    [Fact]
    public void Expectations_of_a_constant_are_that_constant_and_of_others_between_the_least_and_the_largest()
    {
        MarkovChain chain = MarkovChain.Draw(5, 2, new SeededRandom(1, "chain"));

        Assert.All(chain.ExpectedRewards([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), reward => Assert.Equal(1, reward, 1e-12));
        Assert.All(chain.Expectation([1, 1, 1, 1, 1], 1), value => Assert.Equal(1, value, 1e-12));
        Assert.All(chain.Expectation([1, 2, 3, 4, 5], 1), value => Assert.InRange(value, 1, 5));
    }

    [Fact]
    public void Agents_have_rewards_of_their_own_unless_told_otherwise()
    {
        Assert.Equal(5, Distinct(_problem));
        Assert.Equal(1, Distinct(new PolicyEvaluation(new PolicyEvaluationOptions { RewardHeterogeneity = 0 }, agents: 5, seed: 2)));

        static int Distinct(PolicyEvaluation problem) => Enumerable.Range(0, 5).Select(
            agent => problem.CreateOracle(agent).LowerLoss(new double[problem.UpperLength], new double[problem.LowerLength], [], [])).Distinct().Count();
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        Assert.Contains(
            "Successors is 9; it must be at most 8",
            Assert.Throws<ArgumentException>(() => new PolicyEvaluation(new PolicyEvaluationOptions { States = 8, Successors = 9 }, 1, 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new PolicyEvaluation(new PolicyEvaluationOptions { Ridge = 0 }, 1, 1));
        Assert.Throws<ValidationException>(() => new PolicyEvaluation(new PolicyEvaluationOptions { Discount = 1 }, 1, 1));
    }

    private delegate void Ask(IBilevelOracle oracle, double[] result);

    private double[] Sum(Ask ask, int length)
    {
        double[] sum = new double[length];
        for (int agent = 0; agent < _problem.ShardCount; agent++)
        {
            double[] part = new double[length];
            ask(_problem.CreateOracle(agent), part);
            VectorMath.AddScaled(1, part, sum);
        }

        return sum;
    }

    private static double Of(PolicyEvaluation problem, FlatVector upper, string name) =>
        problem.Evaluate(upper, FlatVector.CopyOf(problem.LowerSolution(upper.Span))).Single((Measure measure) => measure.Name == name).Value;
}
