using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class CoupledQuadraticTests
{
    private static readonly CoupledQuadraticOptions Scalars = new() { RightSide = [3], ConditionNumber = 10 };
    private static readonly CoupledQuadraticOptions Blocks = new() { BlockLength = 3, Coupling = CouplingKind.Random, Constraints = 2, RightSide = [1, -2] };

    public static TheoryData<string, CoupledQuadraticOptions> Kinds => new()
    {
        { "scalars", Scalars },
        { "separate scalars", Scalars with { Separable = true } },
        { "blocks", Blocks },
        { "separate blocks", Blocks with { Separable = true } },
        { "blocks with a fixed sum", Blocks with { Coupling = CouplingKind.Sum, RightSide = [1, 2, 3] } },
        { "a constraint said twice", Scalars with { Coupling = CouplingKind.Given, Coefficients = [1, 2, 0, 1, 1, 2, 4, 0, 2, 2], RightSide = [1, 2] } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Starts_and_ends_where_the_constraints_hold(string name, CoupledQuadraticOptions options)
    {
        CoupledQuadratic problem = new(options, blocks: 5, seed: 7);

        double start = Measures(problem, Start(problem))["constraint-error"];
        Dictionary<string, double> end = Measures(problem, problem.Solution);

        Assert.True(start <= 1e-12, name);
        Assert.True(end["constraint-error"] <= 1e-12, name);
        Assert.Equal(0, end["excess-loss"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Has_its_least_value_at_the_solution(string name, CoupledQuadraticOptions options)
    {
        CoupledQuadratic problem = new(options, blocks: 5, seed: 7);
        FlatVector start = Start(problem); // satisfies the constraints, as all points of the line to the solution do

        foreach (double share in (double[])[1, 0.1, 0.001, -0.1])
        {
            FlatVector moved = FlatVector.Combine(new(1 - share, problem.Solution), new(share, start));
            Assert.True(Measures(problem, moved)["excess-loss"] > 0, name);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Blocks_differentiate_what_is_evaluated(string name, CoupledQuadraticOptions options)
    {
        const double Distance = 1e-3; // a quadratic: the central difference is exact up to rounding
        CoupledQuadratic problem = new(options, blocks: 5, seed: 7);
        double[] start = Start(problem).Span.ToArray();
        for (int block = 0; block < problem.ShardCount; block++)
        {
            IBlockOracle oracle = problem.CreateBlock(block);
            double[] gradient = new double[oracle.Length];
            oracle.Gradient(problem.InitialBlock(block).Span, problem.InitialBlock, sample: null, gradient);
            for (int k = 0; k < oracle.Length; k++)
            {
                double expected = (Value(block, k, Distance) - Value(block, k, -Distance)) / (2 * Distance);
                Assert.True(Math.Abs(expected - gradient[k]) <= 1e-8, name);
            }
        }

        double Value(int block, int k, double by)
        {
            double[] moved = [.. start];
            moved[(block * options.BlockLength) + k] += by;
            return Measures(problem, FlatVector.CopyOf(moved))["excess-loss"];
        }
    }

    [Fact]
    public void Shares_of_the_objective_sum_to_it()
    {
        CoupledQuadratic problem = new(Blocks, blocks: 5, seed: 7);
        double shares = 0;
        double atSolution = 0;
        for (int block = 0; block < 5; block++)
        {
            IBlockOracle oracle = problem.CreateBlock(block);
            shares += oracle.Gradient(problem.InitialBlock(block).Span, problem.InitialBlock, sample: null, new double[3]);
            atSolution += oracle.Gradient(Part(block).Span, Part, sample: null, new double[3]);
        }

        Assert.Equal(Measures(problem, Start(problem))["excess-loss"], shares - atSolution, 1e-9);

        FlatVector Part(int block) => FlatVector.CopyOf(problem.Solution.Span.Slice(block * 3, 3));
    }

    [Fact]
    public void Samples_are_unbiased_and_the_same_when_asked_again()
    {
        IBlockOracle oracle = new CoupledQuadratic(Scalars with { Noise = 0.5, Separable = true }, blocks: 2, seed: 1).CreateBlock(0);
        double exact = Gradient(null);

        double[] sampled = [.. Enumerable.Range(0, 4000).Select(sample => Gradient(sample))];

        Assert.Equal(Gradient(17), sampled[17]);
        Assert.InRange(sampled.Average() - exact, -0.04, 0.04); // five standard deviations of the mean
        Assert.InRange(sampled.Average(value => (value - exact) * (value - exact)), 0.2, 0.3);

        double Gradient(long? sample)
        {
            double[] gradient = new double[1];
            oracle.Gradient([1], _ => FlatVector.Empty, sample, gradient);
            return gradient[0];
        }
    }

    [Theory]
    [InlineData("coupling constraint 1 is infeasible", 1.0, 1.0, 0.0, 2.0, 2.0, 0.0)]
    [InlineData("coupling constraint 1 is infeasible: all its coefficients are 0", 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)]
    public void Names_the_constraint_that_cannot_hold(string words, params double[] coefficients)
    {
        CoupledQuadraticOptions options = new() { Coupling = CouplingKind.Given, Coefficients = [.. coefficients], RightSide = [1, 3] };

        ArgumentException misfit = Assert.Throws<ArgumentException>(() => new CoupledQuadratic(options, blocks: 3, seed: 1));

        Assert.Contains(words, misfit.Message, StringComparison.Ordinal);
    }

    private static FlatVector Start(CoupledQuadratic problem) =>
        FlatVector.CopyOf([.. Enumerable.Range(0, problem.ShardCount).SelectMany(block => problem.InitialBlock(block).Span.ToArray())]);

    private static Dictionary<string, double> Measures(CoupledQuadratic problem, FlatVector point) =>
        problem.Evaluate(new ModelObserved { Step = 1, Upper = FlatVector.Empty, Lower = point }).ToDictionary(measure => measure.Name, measure => measure.Value);
}
