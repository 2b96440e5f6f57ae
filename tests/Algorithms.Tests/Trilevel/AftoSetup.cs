using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Trilevel.Afto;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>Small problems and settings under which AFTO's two layers, duals and refreshes all have something to do.</summary>
internal static class AftoSetup
{
    public static AftoOptions Options { get; } = new()
    {
        StepUpper = 0.1,
        StepMiddle = 0.09,
        StepLower = 0.08,
        StepUpperConsensus = 0.07,
        StepMiddleConsensus = 0.06,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 1,
        StepConsensusDual = 0.5,
        InnerStep = 0.1,
        InnerStepDual = 0.3,
        InnerStepSlack = 0.2,
        InnerStepPlaneDual = 0.05,
        MiddlePenalty = 0.9,
        LowerPenalty = 1.1,
        PlanePenalty = 0.5,
        RefreshEvery = 2,
        MeasureGap = false,
    };

    /// <summary>A start at which all copies differ.</summary>
    public static AftoStartingPoint Start(int workers, int d1, int d2, int d3)
    {
        SeededRandom random = new(7, "trilevel-start");
        FlatVector Draw(int length) => FlatVector.Create(length, values =>
        {
            foreach (ref double value in values)
            {
                value = 0.5 * random.NextGaussian();
            }
        });
        return new AftoStartingPoint
        {
            Upper = Draw(d1),
            Middle = Draw(d2),
            Lower = Draw(d3),
            Uppers = [.. Enumerable.Range(0, workers).Select(_ => Draw(d1))],
            Middles = [.. Enumerable.Range(0, workers).Select(_ => Draw(d2))],
            Lowers = [.. Enumerable.Range(0, workers).Select(_ => Draw(d3))],
        };
    }
}
