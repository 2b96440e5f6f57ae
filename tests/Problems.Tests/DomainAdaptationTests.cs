using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Domain adaptation on tiny images.</summary>
public sealed class DomainAdaptationOracleTests : TrilevelOracleConformance
{
    protected override double DifferenceTolerance => 5e-3; // float, through two convolutions, and the quotient's own error

    protected override double RoundingTolerance => 1e-4; // float, sums of a few hundred products

    protected override bool UpperLossSees(int level) => level == 1;

    protected override ITrilevelOracle CreateOracle() => DomainAdaptation.Create(
        SmallData.Shard(SmallData.Floats(8, 16, 2), SmallData.Floats(5, 16, 2, seed: 2), 2),
        SmallData.Floats(6, 16, 2, seed: 3),
        new DomainAdaptationOptions { Channels = 1, WeightingUnits = 2 }).CreateOracle(1);
}

public sealed class DomainAdaptationTests
{
    private static readonly DomainAdaptationOptions Options = new() { Channels = 1, WeightingUnits = 2, SourceRows = 5 };

    [Fact]
    public void Measures_the_fine_tuned_network_on_the_target_domain()
    {
        TensorTrilevelProblem<float> problem = DomainAdaptation.Create(Digits(), Options, seed: 1);
        FlatVector weighting = problem.InitialUpper(new SeededRandom(1, "x"));
        FlatVector nothing = FlatVector.Zeros(problem.LowerLength);

        double[] silent = [.. problem.Evaluate(weighting, nothing, problem.InitialLower(new SeededRandom(1, "w"))).Select(measure => measure.Value)];

        Assert.Equal(problem.MiddleLength, problem.LowerLength);
        Assert.Equal(Math.Log(10), silent[1], 1e-6); // all classes alike, whatever the pre-trained network says
    }

    [Fact]
    public void The_source_domain_depends_on_the_seed_and_how_much_of_it_is_inverted()
    {
        double LossOf(ulong seed, double inverted)
        {
            TensorTrilevelProblem<float> problem = DomainAdaptation.Create(Digits(), Options with { InvertedShare = inverted }, seed);
            SeededRandom random = new(1, "start");
            return problem.CreateOracle(0).LowerLoss(
                new TrilevelPoint(problem.InitialUpper(random), problem.InitialMiddle(random), problem.InitialLower(random)), []);
        }

        Assert.Equal(LossOf(1, 0.5), LossOf(1, 0.5));
        Assert.NotEqual(LossOf(1, 0.5), LossOf(2, 0.5));
        Assert.NotEqual(LossOf(1, 0), LossOf(1, 1));
    }

    [Fact]
    public void Rejects_rows_that_are_no_images_and_options_out_of_range()
    {
        ShardedData flat = SmallData.Shard(SmallData.Floats(8, 18, 10), SmallData.Floats(5, 18, 10, seed: 2), 2);

        Assert.Contains("Choose mnist", Assert.Throws<ArgumentException>(() => DomainAdaptation.Create(flat, Options, 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "square images",
            Assert.Throws<ArgumentException>(() => DomainAdaptation.Create(flat, SmallData.Floats(6, 18, 10), Options)).Message, StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => DomainAdaptation.Create(Digits(), Options with { SourceRows = 0 }, 1));
    }

    private static ShardedData Digits()
    {
        LabelledData digits = SyntheticDigits.Generate(12, 1, new SyntheticDigitsOptions());
        return SmallData.Shard(digits, SyntheticDigits.Generate(6, 1, new SyntheticDigitsOptions(), "test"), 2);
    }
}
