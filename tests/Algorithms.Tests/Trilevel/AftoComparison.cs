using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>What happened over a compared run, so that a test can say that its case did occur.</summary>
internal sealed class ComparedRun
{
    public required ScriptedAfto Afto { get; init; }

    public required ReferenceAfto Reference { get; init; }

    public int Refreshes { get; set; }

    public int LowerAdded { get; set; }

    public int LowerDropped { get; set; }

    public int MiddleAdded { get; set; }

    public int MiddleDropped { get; set; }

    public double LargestPlaneDual { get; set; }
}

/// <summary>Runs the rules and the reference side by side and compares all that the master knows after every step.</summary>
internal static class AftoComparison
{
    /// <summary>Both sides do the same sums in another order; a few dozen steps leave rounding far below this.</summary>
    public const double RelativeTolerance = 1e-11;

    public static ComparedRun Run(AftoOptions options, int[][] schedule, int workers = 3, int d1 = 2, int d2 = 3, int d3 = 4)
    {
        TrilevelShard[] shards = TrilevelShard.Draw(workers, d1, d2, d3);
        AftoStartingPoint start = AftoSetup.Start(workers, d1, d2, d3);
        ComparedRun run = new() { Afto = new ScriptedAfto(options, shards, start), Reference = new ReferenceAfto(options, shards, start) };
        foreach (int[] active in schedule)
        {
            run.Afto.Step(active);
            run.Reference.Step(active);
            Compare(run.Reference, run.Afto.Rule);
            Note(run);
        }

        return run;
    }

    private static void Compare(ReferenceAfto expected, AftoMasterRule actual)
    {
        string at = $"after step {expected.T}";
        FlatVector[] z = [actual.Upper, actual.Middle, actual.Lower];
        for (int level = 0; level < 3; level++)
        {
            Compare(expected.Z[level], z[level], $"z_{level + 1} {at}");
        }

        for (int j = 0; j < actual.WorkerCount; j++)
        {
            Compare(expected.X[j][0], actual.Uppers[j], $"x_1 of worker {j} {at}");
            Compare(expected.X[j][1], actual.Middles[j], $"x_2 of worker {j} {at}");
            Compare(expected.X[j][2], actual.Lowers[j], $"x_3 of worker {j} {at}");
            Compare(expected.Theta[j], actual.ConsensusDuals[j], $"theta of worker {j} {at}");
        }

        Compare(expected, expected.MiddleCuts, actual.MiddlePlanes, actual.MiddlePoint(), $"of a middle plane {at}");
        Compare(expected, expected.LowerCuts, actual.LowerPlanes, actual.LowerPoint(), $"of a lower plane {at}");
        Assert.Equal(expected.RefreshedAt, actual.LastRefresh?.Step ?? 0);
        if (actual.LastRefresh is AftoRefreshResult refresh)
        {
            Compare(expected.Lower!, refresh.Lower, at);
            Compare(expected.Middle!, refresh.Middle, at);
        }
    }

    private static void Compare(ReferenceLayer expected, AftoLayerResult actual, string at)
    {
        Compare([expected.Violation], FlatVector.Of(actual.Violation), $"h {at}");
        Assert.Equal(expected.Dropped, actual.Dropped.Length);
        Assert.Equal(expected.HasAdded, actual.HasAdded);
    }

    private static void Compare(ReferenceAfto reference, List<ReferenceCut> expected, Polytope actual, FlatVector[] point, string of)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int l = 0; l < expected.Count; l++)
        {
            double[][] slopes = [.. expected[l].A, .. expected[l].B2, .. expected[l].B3];
            CuttingPlane plane = actual.Planes[l];
            Assert.Equal(slopes.Length, plane.Slopes.Length);
            for (int b = 0; b < slopes.Length; b++)
            {
                Compare(slopes[b], plane.Slopes[b], $"slope {b} {of}");
            }

            Compare([expected[l].Rhs, expected[l].Dual], FlatVector.Of(-plane.Offset, plane.Dual), $"right side or dual {of}");
            Compare([reference.Residual(expected[l])], FlatVector.Of(plane.Residual(point)), $"residual {of}");
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
        ReferenceAfto reference = run.Reference;
        run.LargestPlaneDual = reference.MiddleCuts.Select(cut => cut.Dual).Append(run.LargestPlaneDual).Max();
        if (reference.RefreshedAt == reference.T)
        {
            run.Refreshes++;
            run.LowerAdded += reference.Lower!.HasAdded ? 1 : 0;
            run.LowerDropped += reference.Lower.Dropped;
            run.MiddleAdded += reference.Middle!.HasAdded ? 1 : 0;
            run.MiddleDropped += reference.Middle.Dropped;
        }
    }
}
