using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>Small problems and settings under which ADBO's planes, duals and refreshes all have something to do.</summary>
internal static class AdboSetup
{
    public static AdboOptions PaperOptions { get; } = new()
    {
        StepUpper = 0.1,
        StepLower = 0.1,
        StepUpperConsensus = 0.1,
        StepLowerConsensus = 0.1,
        StepPlaneDual = 1,
        StepConsensusDual = 0.5,
        InnerStepLower = 0.2,
        InnerStepConsensus = 0.1,
        InnerStepDual = 0.3,
        RefreshEvery = 2,
        MeasureGap = false,
    };

    public static AdboOptions OfficialOptions { get; } = PaperOptions with
    {
        Profile = AdboProfile.Official,
        StepLower = 0.05,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 0.2,
        RefreshEvery = 3,
        PlaneDualRegularization = 0.1,
        ConsensusDualRegularization = 0.01,
        InitialPlaneDual = 0.25,
    };

    /// <summary>A start at which all copies differ.</summary>
    public static AdboStartingPoint Start(int workers, int n, int m)
    {
        SeededRandom random = new(7, "start");
        FlatVector Draw(int length) => FlatVector.Create(length, values =>
        {
            foreach (ref double value in values)
            {
                value = random.NextGaussian();
            }
        });
        return new AdboStartingPoint
        {
            Upper = Draw(n),
            Lower = Draw(m),
            Uppers = [.. Enumerable.Range(0, workers).Select(_ => Draw(n))],
            Lowers = [.. Enumerable.Range(0, workers).Select(_ => Draw(m))],
            ConsensusDuals = [.. Enumerable.Range(0, workers).Select(_ => Draw(n))],
        };
    }

    /// <summary>Workers of each step, drawn: at least one, at most all.</summary>
    public static int[][] Schedule(int workers, int steps)
    {
        SeededRandom random = new(7, "schedule");
        int[][] schedule = new int[steps][];
        for (int t = 0; t < steps; t++)
        {
            int[] order = [.. Enumerable.Range(0, workers)];
            random.Shuffle(order.AsSpan());
            schedule[t] = [.. order.Take(1 + random.NextInt32(workers)).Order()];
        }

        return schedule;
    }
}
