using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class ModelEvaluatorTests
{
    private readonly List<long> _evaluated = [];
    private readonly List<Exception> _failures = [];

    [Fact]
    public void Replaces_a_waiting_model_by_a_newer_one_and_evaluates_the_last()
    {
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim release = new();
        ModelEvaluator evaluator = Start(
            _ =>
            {
                started.Set();
                release.Wait();
                return [];
            },
            evaluateAll: false);

        evaluator.Add(Model(1));
        started.Wait();
        evaluator.Add(Model(2));
        evaluator.Add(Model(3));
        evaluator.Add(Model(4));
        release.Set();
        evaluator.Close();

        Assert.Equal([1, 4], _evaluated);
        Assert.Equal(2, evaluator.Skipped);
    }

    [Fact]
    public void Evaluates_every_model_when_told_to()
    {
        ModelEvaluator evaluator = Start(_ => [], evaluateAll: true);

        for (int step = 1; step <= 100; step++)
        {
            evaluator.Add(Model(step));
        }

        evaluator.Close();
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), _evaluated);
        Assert.Equal(0, evaluator.Skipped);
    }

    [Fact]
    public void Tells_of_the_first_failure_and_then_lets_models_pass()
    {
        ModelEvaluator evaluator = Start(_ => throw new ArithmeticException("NaN"), evaluateAll: true);

        evaluator.Add(Model(7));
        evaluator.Add(Model(8));
        evaluator.Add(Model(9));
        evaluator.Close();

        Exception failure = Assert.Single(_failures);
        Assert.Contains("after step 7 failed: NaN", failure.Message, StringComparison.Ordinal);
        Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.Empty(_evaluated);
    }

    private static TimedModel Model(long step) =>
        new(TimeSpan.FromSeconds(step), new ModelObserved { Step = step, Upper = FlatVector.Empty, Lower = FlatVector.Empty });

    private ModelEvaluator Start(TestMetric metric, bool evaluateAll) =>
        new(metric, evaluateAll, (model, _) => _evaluated.Add(model.Model.Step), _failures.Add);
}
