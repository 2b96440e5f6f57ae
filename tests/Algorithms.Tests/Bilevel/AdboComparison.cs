using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What happened over a compared run, so that a test can say that its case did occur.</summary>
internal sealed class ComparedRun
{
    public int Refreshes { get; set; }

    public int PlanesAdded { get; set; }

    public int PlanesDropped { get; set; }

    public int MostPlanes { get; set; }

    public double LargestPlaneDual { get; set; }

    public double LargestConsensusDual { get; set; }

    public required ScriptedAdbo Adbo { get; init; }

    public required ReferenceAdbo Reference { get; init; }
}

/// <summary>Runs the rules and the reference side by side and compares all that the master knows after every step.</summary>
internal static class AdboComparison
{
    /// <summary>Both sides do the same sums in another order; a few dozen steps of a contracting iteration leave rounding far below this.</summary>
    public const double RelativeTolerance = 1e-12;

    public static ComparedRun Run(AdboOptions options, int[][] schedule, int workers = 3, int n = 2, int m = 3, double r = 0.1)
    {
        QuadraticShard[] shards = QuadraticShard.Draw(workers, n, m, r);
        AdboStartingPoint start = AdboSetup.Start(workers, n, m);
        ReferenceAdbo reference = options.Profile == AdboProfile.Paper
            ? new ReferencePaperAdbo(options, shards, start)
            : new ReferenceOfficialAdbo(options, shards, start);
        ComparedRun run = new() { Adbo = new ScriptedAdbo(options, shards, start), Reference = reference };
        foreach (int[] active in schedule)
        {
            run.Adbo.Step(active);
            reference.Step(active);
            CompareState(reference, run.Adbo.Rule);
            Note(run);
        }

        return run;
    }

    private static void CompareState(ReferenceAdbo expected, AdboMasterRule actual)
    {
        string at = $"after step {expected.T}";
        Compare(expected.V, actual.Upper, $"v {at}");
        Compare(expected.Z, actual.Lower, $"z {at}");
        Assert.Equal(expected.Planes.Count, actual.Planes.Count);
        for (int i = 0; i < actual.WorkerCount; i++)
        {
            Compare(expected.X[i], actual.Uppers[i], $"x_{i} {at}");
            Compare(expected.Y[i], actual.Lowers[i], $"y_{i} {at}");
            Compare(expected.Theta[i], actual.ConsensusDuals[i], $"theta_{i} {at}");
        }

        FlatVector[] blocks = [actual.Upper, actual.Lower, .. actual.Lowers];
        for (int l = 0; l < expected.Planes.Count; l++)
        {
            ReferencePlane plane = expected.Planes[l];
            CuttingPlane other = actual.Planes.Planes[l];
            Compare(plane.A, other.Slopes[AdboMasterRule.UpperBlock], $"a of plane {l} {at}");
            Compare(plane.C, other.Slopes[AdboMasterRule.LowerBlock], $"c of plane {l} {at}");
            for (int i = 0; i < actual.WorkerCount; i++)
            {
                Compare(plane.B[i], other.Slopes[AdboMasterRule.FirstWorkerBlock + i], $"b_{i} of plane {l} {at}");
            }

            Compare([plane.Kappa, plane.Lambda], FlatVector.Of(other.Offset, other.Dual), $"kappa, lambda of plane {l} {at}");
            Compare([expected.Residual(plane)], FlatVector.Of(other.Residual(blocks)), $"residual of plane {l} {at}");
        }

        Assert.Equal(expected.RefreshedAt, actual.LastRefresh?.Step ?? 0);
        if (actual.LastRefresh is AdboRefreshResult refresh)
        {
            Compare([expected.Violation], FlatVector.Of(refresh.Violation), $"h {at}");
            Assert.Equal(expected.Dropped, refresh.Dropped.Length);
            Assert.Equal(expected.HasAdded, !refresh.Slopes.IsEmpty);
        }
    }

    private static void Compare(double[] expected, FlatVector actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(1, expected.Length == 0 ? 0 : expected.Max(Math.Abs));
        for (int j = 0; j < expected.Length; j++)
        {
            Assert.True(
                Math.Abs(expected[j] - actual[j]) <= RelativeTolerance * scale,
                $"Entry {j} of {what} is {actual[j]:R}; the reference has {expected[j]:R}.");
        }
    }

    private static void Note(ComparedRun run)
    {
        ReferenceAdbo reference = run.Reference;
        run.MostPlanes = Math.Max(run.MostPlanes, reference.Planes.Count);
        run.LargestPlaneDual = reference.Planes.Select(plane => plane.Lambda).Append(run.LargestPlaneDual).Max();
        run.LargestConsensusDual = reference.Theta.SelectMany(theta => theta).Select(Math.Abs).Append(run.LargestConsensusDual).Max();
        if (reference.RefreshedAt == reference.T)
        {
            run.Refreshes++;
            run.PlanesAdded += reference.HasAdded ? 1 : 0;
            run.PlanesDropped += reference.Dropped;
        }
    }
}
