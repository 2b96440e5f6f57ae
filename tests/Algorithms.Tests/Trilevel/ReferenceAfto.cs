using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Trilevel.Afto;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>A cut of <see cref="ReferenceAfto"/>: a_1ᵀz_1 + a_2ᵀz_2 + a_3ᵀz_3 + Σ ( b2_jᵀx_2j + b3_jᵀx_3j ) ≤ rhs; a lower one has no b2.</summary>
internal sealed class ReferenceCut
{
    public required double[][] A { get; init; }

    public required double[][] B2 { get; init; }

    public required double[][] B3 { get; init; }

    public required double Rhs { get; init; }

    /// <summary>λ or γ, newest last.</summary>
    public List<double> Duals { get; } = [];

    public double Dual => Duals.Count == 0 ? 0 : Duals[^1];

    public bool IsIdle(double tolerance) => Duals.Count >= 2 && Math.Abs(Duals[^1]) <= tolerance && Math.Abs(Duals[^2]) <= tolerance;
}

/// <summary>What a refresh of <see cref="ReferenceAfto"/> did on one level.</summary>
internal sealed record ReferenceLayer(int Dropped, double Violation, bool HasAdded);

/// <summary>
/// AFTO as its specification says it, one process, plain loops, nothing shared with the code under test but the settings and the
/// shards. Levels are counted from 0 in the arrays here.
/// </summary>
internal sealed class ReferenceAfto
{
    private readonly double[][] _sentTheta;       // as worker j has it, as are the next two
    private readonly double[][] _sentLambda;
    private readonly ReferenceCut[][] _sentCuts;

    public ReferenceAfto(AftoOptions options, TrilevelShard[] shards, AftoStartingPoint start)
    {
        (Options, Shards, N) = (options, shards, shards.Length);
        Z = [start.Upper.Span.ToArray(), start.Middle.Span.ToArray(), start.Lower.Span.ToArray()];
        X = [.. Enumerable.Range(0, N).Select(j => new[]
        {
            start.Uppers[j].Span.ToArray(), start.Middles[j].Span.ToArray(), start.Lowers[j].Span.ToArray(),
        })];
        Theta = [.. Enumerable.Range(0, N).Select(_ => new double[Z[0].Length])];
        _sentTheta = new double[N][];
        _sentLambda = new double[N][];
        _sentCuts = new ReferenceCut[N][];
        SendTo(Enumerable.Range(0, N));
    }

    public AftoOptions Options { get; }

    public TrilevelShard[] Shards { get; }

    public int N { get; }

    public int T { get; private set; }

    /// <summary>By level.</summary>
    public double[][] Z { get; }

    /// <summary>By worker, then by level.</summary>
    public double[][][] X { get; }

    public double[][] Theta { get; }

    public List<ReferenceCut> MiddleCuts { get; private set; } = [];

    public List<ReferenceCut> LowerCuts { get; private set; } = [];

    public int RefreshedAt { get; private set; }

    public ReferenceLayer? Lower { get; private set; }

    public ReferenceLayer? Middle { get; private set; }

    public double[] Residuals { get; private set; } = [];

    /// <summary>One master step from the steps of exactly these workers, and the refresh that follows it, if one is due.</summary>
    public void Step(params int[] active)
    {
        foreach (int j in active)
        {
            StepWorker(j);
        }

        double[] slope1 = Combination(cut => cut.A[0], Z[0].Length);
        foreach (double[] theta in Theta)
        {
            Add(-1, theta, slope1);
        }

        double[] slope2 = Combination(cut => cut.A[1], Z[1].Length);
        double[] slope3 = Combination(cut => cut.A[2], Z[2].Length);
        Add(-Options.StepUpperConsensus, slope1, Z[0]);
        Add(-Options.StepMiddleConsensus, slope2, Z[1]);
        Add(-Options.StepLowerConsensus, slope3, Z[2]);
        ProjectAll(Z);
        StepDuals(active);
        T++;
        bool isDue = T % Options.RefreshEvery == 0 && !(Options.RefreshUntil is long end && T - 1 >= end);
        if (isDue)
        {
            Refresh();
        }

        SendTo(isDue ? Enumerable.Range(0, N) : active);
    }

    /// <summary>R_l for a middle cut, r_l for a lower one, with z_2 replaced where that is wanted.</summary>
    public double Residual(ReferenceCut cut, double[]? middle = null)
    {
        double residual = Dot(cut.A[0], Z[0]) + Dot(cut.A[1], middle ?? Z[1]) + Dot(cut.A[2], Z[2]) - cut.Rhs;
        for (int j = 0; j < N; j++)
        {
            residual += Dot(cut.B3[j], X[j][2]) + (cut.B2.Length == 0 ? 0 : Dot(cut.B2[j], X[j][1]));
        }

        return residual;
    }

    /// <summary>The squared stationarity gap of the unregularised Lagrangian at the master's values.</summary>
    public double SquaredGap()
    {
        double gap = 0;
        double[] sum1 = Combination(cut => cut.A[0], Z[0].Length);
        for (int j = 0; j < N; j++)
        {
            int worker = j;
            double[][] gradients = UpperGradients(j);
            Add(1, Theta[j], gradients[0]);
            Add(1, Combination(cut => cut.B2[worker], Z[1].Length), gradients[1]);
            Add(1, Combination(cut => cut.B3[worker], Z[2].Length), gradients[2]);
            gap += gradients.Sum(gradient => Dot(gradient, gradient)) + SquaredDistance(X[j][0], Z[0]);
            Add(-1, Theta[j], sum1);
        }

        double[] sum2 = Combination(cut => cut.A[1], Z[1].Length);
        double[] sum3 = Combination(cut => cut.A[2], Z[2].Length);
        foreach (ReferenceCut cut in MiddleCuts)
        {
            double projected = Math.Max(0, cut.Dual + (Options.StepPlaneDual * Residual(cut)));
            gap += Math.Pow((cut.Dual - projected) / Options.StepPlaneDual, 2);
        }

        return gap + Dot(sum1, sum1) + Dot(sum2, sum2) + Dot(sum3, sum3);
    }

    private void StepWorker(int j)
    {
        double[][] gradients = UpperGradients(j);
        Add(1, _sentTheta[j], gradients[0]);
        for (int l = 0; l < _sentLambda[j].Length; l++)
        {
            Add(_sentLambda[j][l], _sentCuts[j][l].B2[j], gradients[1]);
            Add(_sentLambda[j][l], _sentCuts[j][l].B3[j], gradients[2]);
        }

        Add(-Options.StepUpper, gradients[0], X[j][0]);
        Add(-Options.StepMiddle, gradients[1], X[j][1]);
        Add(-Options.StepLower, gradients[2], X[j][2]);
        ProjectAll(X[j]);
    }

    private double[][] UpperGradients(int j)
    {
        TrilevelShard shard = Shards[j];
        return
        [
            [.. X[j][0].Select((x, k) => shard.R * (x - shard.E[k]))],
            [.. X[j][1].Select((x, k) => x - shard.C2[k])],
            [.. X[j][2].Select((x, k) => x - shard.C3[k])],
        ];
    }

    private void StepDuals(int[] active)
    {
        double c1 = Options.PlaneDualRegularization;
        double c2 = Options.ConsensusDualRegularization;
        if (Options.Regularization == DualRegularization.Schedule)
        {
            c1 = Math.Max(c1, 1 / (Options.StepPlaneDual * Math.Sqrt(Math.Sqrt(T + 1))));
            c2 = Math.Max(c2, 1 / (Options.StepConsensusDual * Math.Sqrt(Math.Sqrt(T + 1))));
        }

        Residuals = [.. MiddleCuts.Select(cut => Residual(cut))];
        for (int l = 0; l < MiddleCuts.Count; l++)
        {
            double next = MiddleCuts[l].Dual + (Options.StepPlaneDual * (Residuals[l] - (c1 * MiddleCuts[l].Dual)));
            MiddleCuts[l].Duals.Add(Math.Clamp(next, 0, Options.MaxPlaneDual ?? double.MaxValue));
        }

        foreach (int j in active)
        {
            for (int k = 0; k < Z[0].Length; k++)
            {
                double next = Theta[j][k] + (Options.StepConsensusDual * (X[j][0][k] - Z[0][k] - (c2 * Theta[j][k])));
                Theta[j][k] = Options.MaxConsensusDual is double max ? Math.Clamp(next, -max, max) : next;
            }
        }
    }

    private void Refresh()
    {
        int middleDropped = MiddleCuts.RemoveAll(cut => cut.IsIdle(Options.DropTolerance));
        int lowerDropped = LowerCuts.RemoveAll(cut => cut.IsIdle(Options.DropTolerance));
        Lower = RefreshLower(lowerDropped);
        Middle = RefreshMiddle(middleDropped);
        RefreshedAt = T;
    }

    private ReferenceLayer RefreshLower(int dropped)
    {
        double eta = Options.InnerStep;
        double kappa = Options.LowerPenalty;
        List<double[]>[] x = [.. X.Select(copies => new List<double[]> { Copy(copies[2]) })];
        double[] z = Copy(Z[2]);
        double[][] phi = Zeros(N, z.Length);
        for (int k = 0; k < Options.LowerRounds; k++)
        {
            double[] pull = new double[z.Length];
            for (int j = 0; j < N; j++)
            {
                x[j].Add(InnerStep(Shards[j].LowerLevel.Gradient(x[j][k], Z[0], Z[1]), x[j][k], z, phi[j], kappa));
                Add(-1, phi[j], pull);
                Add(-kappa, Minus(x[j][k], z), pull);
            }

            Add(-eta, pull, z);
            for (int j = 0; j < N; j++)
            {
                Add(Options.InnerStepDual, Minus(x[j][k + 1], z), phi[j]);
            }
        }

        double h = SquaredDistance(Z[2], z) + Enumerable.Range(0, N).Sum(j => SquaredDistance(X[j][2], x[j][^1]));
        if (h <= Options.LowerRelaxation)
        {
            return new ReferenceLayer(dropped, h, HasAdded: false);
        }

        double[] a1 = new double[Z[0].Length];
        double[] a2 = new double[Z[1].Length];
        double[][] b = [.. X.Select((copies, j) => Twice(Minus(copies[2], x[j][^1])))];
        for (int j = 0; j < N; j++)
        {
            double[] bar = Times(-1, b[j]);
            for (int k = Options.LowerRounds - 1; k >= 0; k--)
            {
                Add(-eta, Shards[j].LowerLevel.ProductInU(x[j][k], bar), a1);
                Add(-eta, Shards[j].LowerLevel.ProductInV(x[j][k], bar), a2);
                double[] product = Shards[j].LowerLevel.HessianProduct(x[j][k], Z[0], Z[1], bar);
                Add(kappa, bar, product);
                Add(-eta, product, bar);
            }
        }

        double[][] a = [a1, a2, Twice(Minus(Z[2], z))];
        double m = Options.LowerWeakConvexity * (Options.UpperBound + Options.MiddleBound + ((N + 1) * Options.LowerBound)
            + X.Sum(copies => Dot(copies[2], copies[2])) + Z.Sum(level => Dot(level, level)));
        double form = Dot(a[0], Z[0]) + Dot(a[1], Z[1]) + Dot(a[2], Z[2]) + Enumerable.Range(0, N).Sum(j => Dot(b[j], X[j][2]));
        LowerCuts.Add(new ReferenceCut { A = a, B2 = [], B3 = b, Rhs = Options.LowerRelaxation + m - h + form });
        return new ReferenceLayer(dropped, h, HasAdded: true);
    }

    private ReferenceLayer RefreshMiddle(int dropped)
    {
        double eta = Options.InnerStep;
        double kappa = Options.MiddlePenalty;
        double rho = Options.PlanePenalty;
        List<double[]>[] x = [.. X.Select(copies => new List<double[]> { Copy(copies[1]) })];
        double[] z = Copy(Z[1]);
        double[][] phi = Zeros(N, z.Length);
        double[] s = [.. LowerCuts.Select(cut => Math.Max(0, -Residual(cut, z)))];
        double[] gamma = [.. LowerCuts.Select(cut => cut.Dual)];
        for (int k = 0; k < Options.MiddleRounds; k++)
        {
            double[] w = [.. LowerCuts.Select((cut, l) => gamma[l] + (rho * (Residual(cut, z) + s[l])))];
            double[] pull = new double[z.Length];
            for (int j = 0; j < N; j++)
            {
                x[j].Add(InnerStep(Shards[j].MiddleLevel.Gradient(x[j][k], Z[0], X[j][2]), x[j][k], z, phi[j], kappa));
                Add(-1, phi[j], pull);
                Add(-kappa, Minus(x[j][k], z), pull);
            }

            for (int l = 0; l < w.Length; l++)
            {
                Add(w[l], LowerCuts[l].A[1], pull);
            }

            Add(-eta, pull, z);
            for (int l = 0; l < w.Length; l++)
            {
                s[l] = Math.Max(0, s[l] - (Options.InnerStepSlack * w[l]));
                gamma[l] += Options.InnerStepPlaneDual * (Residual(LowerCuts[l], z) + s[l]);
            }

            for (int j = 0; j < N; j++)
            {
                Add(Options.InnerStepDual, Minus(x[j][k + 1], z), phi[j]);
            }
        }

        for (int l = 0; l < gamma.Length; l++)
        {
            LowerCuts[l].Duals.Add(gamma[l]);
        }

        double h = SquaredDistance(Z[1], z) + Enumerable.Range(0, N).Sum(j => SquaredDistance(X[j][1], x[j][^1]));
        if (h <= Options.MiddleRelaxation)
        {
            return new ReferenceLayer(dropped, h, HasAdded: false);
        }

        AddMiddleCut(x, z, h);
        return new ReferenceLayer(dropped, h, HasAdded: true);
    }

    private void AddMiddleCut(List<double[]>[] x, double[] z, double h)
    {
        double eta = Options.InnerStep;
        double[] a1 = new double[Z[0].Length];
        double[] a2 = Twice(Minus(Z[1], z));
        double[] a3 = new double[Z[2].Length];
        double[][] b2 = [.. X.Select((copies, j) => Twice(Minus(copies[1], x[j][^1])))];
        double[][] b3 = Zeros(N, Z[2].Length);
        for (int j = 0; j < N; j++)
        {
            double[] bar = Times(-1, b2[j]);
            for (int k = Options.MiddleRounds - 1; k >= 0; k--)
            {
                Add(-eta, Shards[j].MiddleLevel.ProductInU(x[j][k], bar), a1);
                Add(-eta, Shards[j].MiddleLevel.ProductInV(x[j][k], bar), b3[j]);
                double[] product = Shards[j].MiddleLevel.HessianProduct(x[j][k], Z[0], X[j][2], bar);
                Add(Options.MiddlePenalty, bar, product);
                Add(-eta, product, bar);
            }
        }

        foreach (ReferenceCut cut in LowerCuts)
        {
            double coefficient = -eta * Options.PlanePenalty * Options.MiddleRounds * -Dot(cut.A[1], a2);
            Add(coefficient, cut.A[0], a1);
            Add(coefficient, cut.A[2], a3);
            for (int j = 0; j < N; j++)
            {
                Add(coefficient, cut.B3[j], b3[j]);
            }
        }

        double m = Options.MiddleWeakConvexity * (Options.UpperBound + ((N + 1) * Options.MiddleBound) + ((N + 1) * Options.LowerBound)
            + X.Sum(copies => Dot(copies[1], copies[1]) + Dot(copies[2], copies[2])) + Z.Sum(level => Dot(level, level)));
        double form = Dot(a1, Z[0]) + Dot(a2, Z[1]) + Dot(a3, Z[2])
            + Enumerable.Range(0, N).Sum(j => Dot(b2[j], X[j][1]) + Dot(b3[j], X[j][2]));
        MiddleCuts.Add(new ReferenceCut { A = [a1, a2, a3], B2 = b2, B3 = b3, Rhs = Options.MiddleRelaxation + m - h + form });
    }

    private double[] InnerStep(double[] gradient, double[] x, double[] z, double[] phi, double kappa) =>
        [.. x.Select((value, k) => value - (Options.InnerStep * (gradient[k] + phi[k] + (kappa * (value - z[k])))))];

    private void SendTo(IEnumerable<int> workers)
    {
        foreach (int j in workers)
        {
            (_sentTheta[j], _sentLambda[j], _sentCuts[j]) = (Copy(Theta[j]), [.. MiddleCuts.Select(cut => cut.Dual)], [.. MiddleCuts]);
        }
    }

    private void ProjectAll(double[][] levels)
    {
        double[] bounds = [Options.UpperBound, Options.MiddleBound, Options.LowerBound];
        for (int level = 0; level < 3 && Options.ProjectOntoBounds; level++)
        {
            double squared = Dot(levels[level], levels[level]);
            if (squared > bounds[level])
            {
                double factor = Math.Sqrt(bounds[level]) / Math.Sqrt(squared);
                levels[level] = Times(factor, levels[level]);
            }
        }
    }

    private double[] Combination(Func<ReferenceCut, double[]> slope, int length)
    {
        double[] sum = new double[length];
        foreach (ReferenceCut cut in MiddleCuts)
        {
            Add(cut.Dual, slope(cut), sum);
        }

        return sum;
    }

    private static void Add(double factor, double[] x, double[] sum)
    {
        for (int k = 0; k < sum.Length; k++)
        {
            sum[k] += factor * x[k];
        }
    }

    private static double[] Copy(double[] x) => [.. x];

    private static double[] Times(double factor, double[] x) => [.. x.Select(value => factor * value)];

    private static double[] Twice(double[] x) => Times(2, x);

    private static double[] Minus(double[] x, double[] y) => [.. x.Select((value, k) => value - y[k])];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (left, right) => left * right).Sum();

    private static double SquaredDistance(double[] x, double[] y) => Dot(Minus(x, y), Minus(x, y));

    private static double[][] Zeros(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
