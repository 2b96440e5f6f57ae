using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.PenaltyStar;

namespace ActorFed.Algorithms.Tests.Bilevel;

public sealed class PbgdRuleTests
{
    private static readonly FlatVector X = FlatVector.Zeros(N);
    private static readonly FlatVector Y = FlatVector.Zeros(M);

    private static readonly PbgdBody.StepBegun Begun = new() { Upper = X, Lower = Y, Inner = Y, UpperLoss = 0, LowerLoss = 0, InnerLoss = 0 };

    private static readonly PbgdBody.BeginStep Begin = new() { Number = 0, Weight = 1, Upper = X, Lower = Y, Inner = Y };

    [Theory]
    [InlineData("value gap")]
    [InlineData("one inner step")]
    [InlineData("constant value")]
    [InlineData("gradient norm")]
    public void Agrees_with_a_reference_in_plain_loops(string variant)
    {
        PbgdOptions options = Options(variant);
        PenaltyStar star = new(variant, new StarMasterOptions { StepLimit = 6 });
        star.Network.RunToEnd();

        ReferencePbgd reference = new(options, Shards());
        for (int k = 0; k < 6; k++)
        {
            reference.Step(k);
        }

        PbgdMasterRule rule = (PbgdMasterRule)star.Rule;
        AssertClose(reference.X, rule.Upper);
        AssertClose(reference.Y, rule.Lower);
        Assert.Equal(reference.Gap, Measured(rule, MeasureNames.StationarityGap), 1e-12);
        Assert.Equal(reference.Penalty, Measured(rule, "penalty"), 1e-12);
        Assert.Equal(options.LastWeight, Measured(rule, "penalty-weight"));
    }

    [Theory]
    [InlineData("value gap", 3)] // one, a step of ω, the gradient of v
    [InlineData("one inner step", 2)]
    [InlineData("constant value", 1)]
    [InlineData("gradient norm", 2)]
    public void Asks_the_workers_as_rarely_as_it_can(string variant, int exchanges)
    {
        PenaltyStar star = new(variant, new StarMasterOptions { StepLimit = 4 });

        star.Network.RunToEnd();

        Assert.Equal(4 * exchanges * Workers, star.Network.Sent.Count(envelope => envelope.Message is StarMessage.WorkReported));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(1000, 5)]
    public void The_weight_grows_by_equal_increments_and_stays(long step, double weight) =>
        Assert.Equal(weight, (ValueGap with { FirstWeight = 1, LastWeight = 5, WeightSteps = 4 }).WeightAt(step));

    [Fact]
    public void The_first_upper_variable_is_within_its_limits() =>
        Assert.Equal(FlatVector.Of(0.5, -0.9), new PbgdMasterRule(ValueGap, StartUpper, StartLower, Workers).Upper);

    [Fact]
    public void Rejects_what_does_not_answer_or_fit()
    {
        PbgdMasterRule rule = new(ValueGap, StartUpper, StartLower, Workers);
        PbgdMasterRule without = new(ValueGap with { InnerSteps = 0 }, StartUpper, StartLower, Workers);
        PbgdBody.MultiplyDirection multiply = new(Y);

        Assert.Null(rule.ObjectionTo(Begin, Begun));
        Assert.Contains("does not answer", rule.ObjectionTo(multiply, Begun), StringComparison.Ordinal);
        Assert.Contains("length 3; 0 is needed", without.ObjectionTo(Begin, Begun), StringComparison.Ordinal);
        Assert.Contains("length 3; 2 is needed", rule.ObjectionTo(Begin, Begun with { Upper = Y }), StringComparison.Ordinal);
        Assert.Contains("must be finite", rule.ObjectionTo(Begin, Begun with { Lower = FlatVector.Of(0, double.NaN, 0) }), StringComparison.Ordinal);
        Assert.Contains("all must be finite", rule.ObjectionTo(Begin, Begun with { InnerLoss = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("is needed", rule.ObjectionTo(new PbgdBody.DifferentiateInner(Y), new PbgdBody.InnerDifferentiated(X)), StringComparison.Ordinal);
        Assert.Contains("is needed", rule.ObjectionTo(new PbgdBody.DifferentiateValue(Y), new PbgdBody.ValueDifferentiated(Y)), StringComparison.Ordinal);
        Assert.Contains("is needed", rule.ObjectionTo(multiply, new PbgdBody.DirectionMultiplied { Cross = X, Hessian = X }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_refuses_work_that_does_not_fit()
    {
        PbgdWorkerRule rule = new(Shards()[0]);
        PbgdBody.WorkerState state = new() { Number = 0, Upper = X, Lower = Y };

        Assert.Null(rule.ObjectionTo(state, Begin));
        Assert.Null(rule.ObjectionTo(state, Begin with { Inner = FlatVector.Empty }));
        Assert.Contains("does not fit", rule.ObjectionTo(state with { Upper = Y }, Begin), StringComparison.Ordinal);
        Assert.Contains("at least 0", rule.ObjectionTo(state, Begin with { Number = -1 }), StringComparison.Ordinal);
        Assert.Contains("weight of the penalty is NaN", rule.ObjectionTo(state, Begin with { Weight = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("ω has length 2", rule.ObjectionTo(state, new PbgdBody.DifferentiateValue(X)), StringComparison.Ordinal);
        Assert.Contains("is not work", rule.ObjectionTo(state, Begun), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_diverges_says_what_to_lower()
    {
        PbgdMasterRule rule = new(ValueGap with { StepLower = 1e9, InnerSteps = 0, Rescale = false }, StartUpper, StartLower, workerCount: 1);

        ArithmeticException diverged = Assert.Throws<ArithmeticException>(
            () => rule.Step([new WorkerReport(0, Begun with { Inner = FlatVector.Empty, Lower = FlatVector.Of(1e99, 0, 0) })]));

        Assert.Contains("smaller pbgd.step-lower", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Contains("at least 5 (first-weight)", Problem(ValueGap with { FirstWeight = 5 }), StringComparison.Ordinal);
        Assert.Contains("no x would do", Problem(ValueGap with { MinUpper = 1, MaxUpper = 0 }), StringComparison.Ordinal);
        Assert.Empty(ValueGap.Validate(new ValidationContext(ValueGap)));

        static string Problem(PbgdOptions options) => Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage!;
    }

    private static double Measured(PbgdMasterRule rule, string name) => Assert.Single(rule.Measures, measure => measure.Name == name).Value;

    private static void AssertClose(double[] expected, FlatVector actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-12 * (1 + Math.Abs(expected[i])));
        }
    }

    /// <summary>Both methods as they stand in their paper, on the mean of the shards; epochs scale the losses.</summary>
    private sealed class ReferencePbgd(PbgdOptions options, QuadraticShard[] shards)
    {
        private double[] _omega = StartLower.Span.ToArray();
        private int _steps;

        public double[] X { get; private set; } = [.. StartUpper.Span.ToArray().Select(value => Math.Clamp(value, options.MinUpper!.Value, options.MaxUpper!.Value))];

        public double[] Y { get; private set; } = StartLower.Span.ToArray();

        public double Gap { get; private set; }

        public double Penalty { get; private set; }

        public void Step(int k)
        {
            double gamma = options.WeightAt(k);
            double factor = EpochShard.FactorOf(k);
            (double[] dx, double[] dy) = options.Penalty == PenaltyKind.ValueGap ? ByValueGap(gamma) : ByGradientNorm(gamma, factor);
            double scale = options.Rescale ? Math.Min(1, 1 / gamma) : 1;
            double[] x = [.. X.Select((value, j) => Math.Clamp(value - (scale * options.StepUpper * factor * dx[j]), options.MinUpper!.Value, options.MaxUpper!.Value))];
            double upperGap = X.Select((value, j) => Math.Pow((value - x[j]) / (scale * options.StepUpper), 2)).Sum();
            Gap = Math.Sqrt(upperGap + dy.Sum(value => factor * value * factor * value));
            Y = [.. Y.Select((value, j) => value - (scale * options.StepLower * factor * dy[j]))];
            X = x;
            Penalty *= factor;
        }

        private (double[] X, double[] Y) ByValueGap(double gamma)
        {
            double[] before = _omega;
            Penalty = shards.Average(shard => shard.LowerLoss(X, Y, [], [])) - shards.Average(shard => shard.LowerLoss(X, before, [], []));
            double[] value = new double[X.Length];
            if (options.InnerSteps == 0)
            {
                Penalty = shards.Average(shard => shard.LowerLoss(X, Y, [], [])); // the least lower loss counts as 0
            }
            else
            {
                for (int step = 0; step < options.InnerSteps; step++)
                {
                    double[] gradient = Mean(shard => shard.LowerGradient(X, _omega));
                    double factor = EpochShard.FactorOf(_steps);
                    _omega = [.. _omega.Select((entry, j) => entry - (options.StepInner * factor * gradient[j]))];
                }

                value = Mean(shard => shard.UpperDerivatives(_omega));
            }

            _steps++;
            double[] upper = Mean(shard => shard.UpperGradientInUpper(X));
            double[] lower = Mean(shard => shard.UpperGradientInLower(Y));
            double[] lowerInUpper = Mean(shard => shard.UpperDerivatives(Y));
            double[] lowerInLower = Mean(shard => shard.LowerGradient(X, Y));
            return (
                [.. upper.Select((entry, j) => entry + (gamma * (lowerInUpper[j] - value[j])))],
                [.. lower.Select((entry, j) => entry + (gamma * lowerInLower[j]))]);
        }

        private (double[] X, double[] Y) ByGradientNorm(double gamma, double factor)
        {
            double[] direction = Mean(shard => shard.LowerGradient(X, Y));
            Penalty = factor * direction.Sum(entry => entry * entry); // and once more by the factor that Step puts on it
            double[] upper = Mean(shard => shard.UpperGradientInUpper(X));
            double[] lower = Mean(shard => shard.UpperGradientInLower(Y));
            double[] cross = Mean(shard => shard.CrossProduct(Y, direction));
            double[] hessian = Mean(shard => shard.HessianProduct(X, Y, direction));
            return (
                [.. upper.Select((entry, j) => entry + (2 * gamma * factor * cross[j]))],
                [.. lower.Select((entry, j) => entry + (2 * gamma * factor * hessian[j]))]);
        }

        private double[] Mean(Func<QuadraticShard, double[]> vector)
        {
            double[][] all = [.. shards.Select(vector)];
            return [.. all[0].Select((_, j) => all.Average(own => own[j]))];
        }
    }
}
