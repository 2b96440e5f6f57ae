using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>The paper profile: refreshes roll back what was not consumed, so a worker is described by what it was last sent.</summary>
internal sealed class ReferencePaperAdbo : ReferenceAdbo
{
    private readonly double[][] _sentTheta;   // θ_i as worker i has it
    private readonly double[][] _sentLambda;  // λ as worker i has it
    private readonly double[][][] _sentSlopes; // b_{i,l} as worker i has them
    private double[][] _innerDuals;           // φ_i^0 of the next refresh

    public ReferencePaperAdbo(AdboOptions options, QuadraticShard[] shards, AdboStartingPoint start)
        : base(options, shards, start)
    {
        _sentTheta = new double[N][];
        _sentLambda = new double[N][];
        _sentSlopes = new double[N][][];
        _innerDuals = Zeros(N, Z.Length);
        SendTo(Enumerable.Range(0, N));
    }

    /// <inheritdoc/>
    public override void Step(params int[] active)
    {
        int t = T;
        foreach (int i in active)
        {
            (X[i], Y[i]) = LocalStep(i, X[i], Y[i], _sentTheta[i], _sentLambda[i], _sentSlopes[i]);
        }

        double c1 = Options.PlaneDualRegularization;
        double c2 = Options.ConsensusDualRegularization;
        if (Options.Regularization == DualRegularization.Schedule)
        {
            c1 = Math.Max(c1, 1 / (Options.StepPlaneDual * Math.Sqrt(Math.Sqrt(t + 1))));
            c2 = Math.Max(c2, 1 / (Options.StepConsensusDual * Math.Sqrt(Math.Sqrt(t + 1))));
        }

        StepMaster(active, c1, c2);
        bool isDue = (t + 1) % Options.RefreshEvery == 0 && !(Options.RefreshUntil is long end && t >= end);
        if (isDue)
        {
            Refresh();
        }

        SendTo(isDue ? Enumerable.Range(0, N) : active);
    }

    private void SendTo(IEnumerable<int> workers)
    {
        foreach (int i in workers)
        {
            (_sentTheta[i], _sentLambda[i], _sentSlopes[i]) = ([.. Theta[i]], Lambdas(), SlopesOf(i));
        }
    }

    private void Refresh()
    {
        List<ReferencePlane> dropped = Planes.FindAll(plane =>
            plane.Updates >= 2 && plane.Lambda <= Options.DropTolerance && plane.LambdaBefore <= Options.DropTolerance);
        Planes = Planes.FindAll(plane => !dropped.Contains(plane));
        Dropped = dropped.Count;

        List<double[]>[] traces = [.. Y.Select(y => new List<double[]> { (double[])y.Clone() })];
        double[] z = (double[])Z.Clone();
        double[][] phi = [.. _innerDuals.Select(dual => (double[])dual.Clone())];
        for (int k = 0; k < Options.InnerRounds; k++)
        {
            for (int i = 0; i < N; i++)
            {
                traces[i].Add(InnerStep(i, V, traces[i][k], z, phi[i]));
            }

            int used = Options.InnerOrder == InnerOrder.GaussSeidel ? k + 1 : k;
            double[] next = (double[])z.Clone();
            for (int j = 0; j < z.Length; j++)
            {
                double direction = 0;
                for (int i = 0; i < N; i++)
                {
                    direction += -phi[i][j] - (Options.InnerPenalty * (traces[i][used][j] - z[j]));
                }

                next[j] -= Options.InnerStepConsensus * direction;
            }

            z = next;
            for (int i = 0; i < N; i++)
            {
                for (int j = 0; j < z.Length; j++)
                {
                    phi[i][j] += Options.InnerStepDual * (traces[i][k + 1][j] - z[j]);
                }
            }
        }

        _innerDuals = Options.WarmStartInnerDual ? phi : Zeros(N, Z.Length);
        Violation = SquaredDistance(Z, z);
        for (int i = 0; i < N; i++)
        {
            Violation += SquaredDistance(Y[i], traces[i][^1]);
        }

        RefreshedAt = T;
        HasAdded = Violation > Options.Relaxation;
        if (HasAdded)
        {
            while (Options.MaxPlanes is int max && Planes.Count >= max)
            {
                ReferencePlane smallest = Planes[0];
                foreach (ReferencePlane plane in Planes)
                {
                    smallest = plane.Lambda < smallest.Lambda ? plane : smallest;
                }

                Planes.Remove(smallest);
                Dropped++;
            }

            AddPlane(traces, z);
        }
    }

    private void AddPlane(List<double[]>[] traces, double[] z)
    {
        double[] a = new double[V.Length];
        double[][] b = new double[N][];
        for (int i = 0; i < N; i++)
        {
            double[] part = Differentiate(i, V, traces[i], Y[i], followsChain: true);
            for (int j = 0; j < a.Length; j++)
            {
                a[j] += part[j];
            }

            b[i] = TwiceDifference(Y[i], traces[i][^1]);
        }

        double[] c = TwiceDifference(Z, z);
        double kappa = Violation - Options.Relaxation - Dot(a, V) - Dot(c, Z);
        for (int i = 0; i < N; i++)
        {
            kappa -= Dot(b[i], Y[i]);
        }

        Planes.Add(new ReferencePlane { A = a, B = b, C = c, Kappa = kappa, Lambda = Options.InitialPlaneDual });
    }
}
