using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Verify;
using ActorFed.Problems;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Host.Tests.Verify;

/// <summary>Inner steps, each of which asks one of 20 machines, until ridge regression is solved to 1e-6; each sampling with the best of three steps.</summary>
public sealed class AsdSvrgMessagesTests(ITestOutputHelper output)
{
    private const int Machines = 20;
    private const int InnerSteps = 10;
    private const int MaxEpochs = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Adaptive_sampling_asks_a_quarter_as_often_where_one_machine_is_far_steeper(ulong seed)
    {
        (int uniform, int known, int adaptive) = Measure(seed, scale: 10);

        Assert.True(4 * adaptive <= uniform, $"adaptive {adaptive}, uniform {uniform}");
        Assert.True(adaptive <= 2 * known, $"adaptive {adaptive}, known {known}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Adaptive_sampling_asks_as_often_where_machines_are_alike(ulong seed)
    {
        (int uniform, _, int adaptive) = Measure(seed, scale: 1);

        Assert.InRange((double)adaptive / uniform, 0.8, 1.2);
    }

    private (int Uniform, int Known, int Adaptive) Measure(ulong seed, double scale)
    {
        RidgeRegression problem = new(new RidgeRegressionOptions { Scale = scale }, Machines, seed);
        double[] lipschitz = [.. Enumerable.Range(0, Machines).Select(problem.LipschitzOf)];
        double first = 0.1 / lipschitz.Max();
        AsdSvrgOptions plain = new() { InnerSteps = InnerSteps, Step = first };
        AsdSvrgOptions given = plain with { Sampling = WorkerSampling.Given, Probabilities = [.. lipschitz.Select(l => l / lipschitz.Sum())] };
        int uniform = Best(multiple => plain with { Sampling = WorkerSampling.Uniform, Step = multiple / lipschitz.Max() });
        int known = Best(multiple => given with { Step = multiple / lipschitz.Average() });
        int adaptive = Best(multiple => plain with { Estimator = LipschitzEstimator.Running, StepMultiple = multiple });
        output.WriteLine($"seed {seed}, scale {scale}: uniform {uniform}, known {known}, adaptive {adaptive}");
        return (uniform, known, adaptive);

        int Best(Func<double, AsdSvrgOptions> options) => new[] { 1, 0.5, 0.2 }.Min(multiple => InnerStepsOf(problem, options(multiple), seed));
    }

    private static int InnerStepsOf(RidgeRegression problem, AsdSvrgOptions options, ulong seed)
    {
        AsdSvrgMasterRule rule = new(options, problem.Initial(new SeededRandom(seed, "x")), Machines, seed);
        ScriptedStar star = new(
            rule, [.. Enumerable.Range(0, Machines).Select(i => new AsdSvrgWorkerRule(options, problem.CreateOracle(i), seed, i))],
            MaxEpochs * (InnerSteps + 1L), report => report is AsdSvrgBody, new DrawnParticipation(rule));
        for (int epoch = 1; epoch <= MaxEpochs; epoch++)
        {
            for (int step = 0; step <= InnerSteps; step++)
            {
                try
                {
                    star.Step([.. star.Held.Select(held => held.Worker)]);
                }
                catch (ArithmeticException)
                {
                    return int.MaxValue / 8; // diverged: the step is too large for this sampling
                }
            }

            if (problem.Evaluate(rule.Lower)[0].Value <= 1e-6)
            {
                return epoch * InnerSteps;
            }
        }

        return int.MaxValue / 8;
    }
}
