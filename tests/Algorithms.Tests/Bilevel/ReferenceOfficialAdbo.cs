using ActorFed.Algorithms.Bilevel.Adbo;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>
/// The official profile: nothing is rolled back. Every worker always has one step under way, computed from what the worker had
/// when it was asked; a refresh reads those steps, and the master's own copies stay one step behind.
/// </summary>
internal sealed class ReferenceOfficialAdbo : ReferenceAdbo
{
    private readonly double[][] _workerX;       // after the step under way
    private readonly double[][] _workerY;
    private readonly double[][] _workerYBefore; // before it

    public ReferenceOfficialAdbo(AdboOptions options, QuadraticShard[] shards, AdboStartingPoint start)
        : base(options, shards, start)
    {
        _workerX = [.. X];
        _workerY = [.. Y];
        _workerYBefore = [.. Y];
        SendTo(Enumerable.Range(0, N));
    }

    /// <summary>How often a worker that was not active had a step under way when a refresh read it.</summary>
    public int LateStepsDrained { get; private set; }

    /// <inheritdoc/>
    public override void Step(params int[] active)
    {
        int k = T;
        foreach (int i in active)
        {
            (X[i], Y[i]) = (_workerX[i], _workerY[i]);
        }

        StepMaster(active, Options.PlaneDualRegularization, Options.ConsensusDualRegularization);
        SendTo(active);
        if (k % Options.RefreshEvery == 0)
        {
            LateStepsDrained += N - active.Length;
            Refresh();
            SendTo(Enumerable.Range(0, N));
        }
    }

    private void SendTo(IEnumerable<int> workers)
    {
        foreach (int i in workers)
        {
            _workerYBefore[i] = _workerY[i];
            (_workerX[i], _workerY[i]) = LocalStep(i, _workerX[i], _workerY[i], Theta[i], Lambdas(), SlopesOf(i));
        }
    }

    private void Refresh()
    {
        Dropped = Planes.RemoveAll(plane => plane.Lambda < 1e-10);
        List<double[]>[] traces = [.. _workerY.Select(y => new List<double[]> { y })];
        double[] z = (double[])Z.Clone();
        double[][] phi = Zeros(N, Z.Length);
        double[] estimate = z;
        for (int k = 0; k < Options.InnerRounds; k++)
        {
            for (int i = 0; i < N; i++)
            {
                traces[i].Add(InnerStep(i, V, traces[i][k], z, phi[i]));
            }

            double[] old = z;
            if (Options.OfficialForm == OfficialForm.Mnist)
            {
                StepDuals(phi, traces, k, old);
                z = StepConsensus(phi, traces, k, old);
            }
            else
            {
                z = StepConsensus(phi, traces, k, old);
                StepDuals(phi, traces, k, old);
            }

            estimate = z;
        }

        Violation = SquaredDistance(Z, estimate);
        double[] a = new double[V.Length];
        double[][] b = new double[N][];
        double[] c = TwiceDifference(Z, estimate);
        double kappa = SquaredDistance(Z, estimate) - Dot(c, Z);
        for (int i = 0; i < N; i++)
        {
            double[] last = traces[i][^1];
            b[i] = TwiceDifference(Y[i], last);
            kappa += SquaredDistance(Y[i], last) - Dot(b[i], Y[i]);
            Violation += SquaredDistance(Y[i], last);
            traces[i].Add(InnerStep(i, V, last, z, phi[i])); // the worker is one inner step ahead of the master
            double[] part = Differentiate(i, V, traces[i], _workerYBefore[i], Options.OfficialForm == OfficialForm.Ijcnn1);
            for (int j = 0; j < a.Length; j++)
            {
                a[j] += part[j];
            }
        }

        kappa -= Dot(a, V);
        Planes.Add(new ReferencePlane { A = a, B = b, C = c, Kappa = kappa, Lambda = Options.InitialPlaneDual });
        (HasAdded, RefreshedAt) = (true, T);
    }

    private double[] StepConsensus(double[][] phi, List<double[]>[] traces, int k, double[] z)
    {
        double[] next = new double[z.Length];
        for (int j = 0; j < z.Length; j++)
        {
            double sumOfDuals = 0;
            double sumOfDistances = 0;
            for (int i = 0; i < N; i++)
            {
                sumOfDuals += phi[i][j];
                sumOfDistances += traces[i][k + 1][j] - z[j];
            }

            next[j] = z[j] - (Options.InnerStepConsensus * (-sumOfDuals - (Options.InnerPenalty * sumOfDistances)));
        }

        return next;
    }

    private void StepDuals(double[][] phi, List<double[]>[] traces, int k, double[] z)
    {
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < z.Length; j++)
            {
                phi[i][j] += Options.InnerStepDual * (traces[i][k + 1][j] - z[j]);
            }
        }
    }
}
