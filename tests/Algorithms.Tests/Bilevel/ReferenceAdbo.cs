using ActorFed.Algorithms.Bilevel.Adbo;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>A plane of <see cref="ReferenceAdbo"/>: aᵀv + Σ b_iᵀy_i + cᵀz + κ ≤ 0 with dual λ.</summary>
internal sealed class ReferencePlane
{
    public required double[] A { get; init; }

    public required double[][] B { get; init; }

    public required double[] C { get; init; }

    public required double Kappa { get; init; }

    public double Lambda { get; set; }

    public double LambdaBefore { get; set; }

    public int Updates { get; set; }
}

/// <summary>
/// ADBO as its specification says it, one process, plain loops, nothing shared with the code under test but the settings and
/// the shards. What stays the same in both profiles; symbols are those of the paper.
/// </summary>
internal abstract class ReferenceAdbo
{
    protected ReferenceAdbo(AdboOptions options, QuadraticShard[] shards, AdboStartingPoint start)
    {
        (Options, Shards, N) = (options, shards, shards.Length);
        V = start.Upper.Span.ToArray();
        Z = start.Lower.Span.ToArray();
        X = [.. start.Uppers.Select(x => x.Span.ToArray())];
        Y = [.. start.Lowers.Select(y => y.Span.ToArray())];
        Theta = [.. start.ConsensusDuals.Select(theta => theta.Span.ToArray())];
    }

    protected AdboOptions Options { get; }

    protected QuadraticShard[] Shards { get; }

    protected int N { get; }

    /// <summary>Master steps made.</summary>
    public int T { get; private set; }

    public double[] V { get; private set; }

    public double[] Z { get; private set; }

    /// <summary>The master's copies x_i.</summary>
    public double[][] X { get; }

    /// <summary>The master's copies y_i.</summary>
    public double[][] Y { get; }

    public double[][] Theta { get; }

    public List<ReferencePlane> Planes { get; protected set; } = [];

    /// <summary>T at the last refresh; 0 before the first.</summary>
    public int RefreshedAt { get; protected set; }

    /// <summary>h of the last refresh.</summary>
    public double Violation { get; protected set; }

    /// <summary>Planes dropped by the last refresh.</summary>
    public int Dropped { get; protected set; }

    /// <summary>Whether the last refresh added a plane.</summary>
    public bool HasAdded { get; protected set; }

    /// <summary>One master step from the steps of exactly these workers, and the refresh that follows it, if one is due.</summary>
    public abstract void Step(params int[] active);

    protected double[] Lambdas() => [.. Planes.Select(plane => plane.Lambda)];

    protected double[][] SlopesOf(int i) => [.. Planes.Select(plane => plane.B[i])];

    /// <summary>x_i − η_x (∂G/∂x + θ), y_i − η_y (∂G/∂y + Σ λ_l b_{i,l}), both gradients at the old pair.</summary>
    protected (double[] X, double[] Y) LocalStep(int i, double[] x, double[] y, double[] theta, double[] lambda, double[][] slopes)
    {
        double[] gx = Shards[i].UpperGradientInUpper(x);
        double[] gy = Shards[i].UpperGradientInLower(y);
        double[] newX = new double[x.Length];
        double[] newY = new double[y.Length];
        for (int j = 0; j < x.Length; j++)
        {
            newX[j] = x[j] - (Options.StepUpper * (gx[j] + theta[j]));
        }

        for (int j = 0; j < y.Length; j++)
        {
            double direction = gy[j];
            for (int l = 0; l < lambda.Length; l++)
            {
                direction += lambda[l] * slopes[l][j];
            }

            newY[j] = y[j] - (Options.StepLower * direction);
        }

        return (newX, newY);
    }

    /// <summary>v, z, every λ_l, and θ_i of the active workers, in this order. X and Y are new already.</summary>
    protected void StepMaster(int[] active, double c1, double c2)
    {
        for (int j = 0; j < V.Length; j++)
        {
            double direction = 0;
            foreach (ReferencePlane plane in Planes)
            {
                direction += plane.Lambda * plane.A[j];
            }

            for (int i = 0; i < N; i++)
            {
                direction -= Theta[i][j];
            }

            V[j] -= Options.StepUpperConsensus * direction;
        }

        for (int j = 0; j < Z.Length; j++)
        {
            double direction = 0;
            foreach (ReferencePlane plane in Planes)
            {
                direction += plane.Lambda * plane.C[j];
            }

            Z[j] -= Options.StepLowerConsensus * direction;
        }

        foreach (ReferencePlane plane in Planes)
        {
            double next = plane.Lambda + (Options.StepPlaneDual * (Residual(plane) - (c1 * plane.Lambda)));
            next = next < 0 ? 0 : next;
            next = Options.MaxPlaneDual is double max && next > max ? max : next;
            (plane.LambdaBefore, plane.Lambda, plane.Updates) = (plane.Lambda, next, plane.Updates + 1);
        }

        foreach (int i in active)
        {
            for (int j = 0; j < V.Length; j++)
            {
                double next = Theta[i][j] + (Options.StepConsensusDual * (X[i][j] - V[j] - (c2 * Theta[i][j])));
                if (Options.MaxConsensusDual is double max)
                {
                    next = next > max ? max : next < -max ? -max : next;
                }

                Theta[i][j] = next;
            }
        }

        T++;
    }

    public double Residual(ReferencePlane plane)
    {
        double residual = plane.Kappa + Dot(plane.A, V) + Dot(plane.C, Z);
        for (int i = 0; i < N; i++)
        {
            residual += Dot(plane.B[i], Y[i]);
        }

        return residual;
    }

    /// <summary>The squared stationarity gap of the unregularised Lagrangian at the master's values.</summary>
    public double SquaredGap()
    {
        double[] sumX = new double[V.Length];
        double[] sumZ = new double[Z.Length];
        double gap = 0;
        for (int i = 0; i < N; i++)
        {
            double[] gx = Shards[i].UpperGradientInUpper(X[i]);
            double[] gy = Shards[i].UpperGradientInLower(Y[i]);
            for (int j = 0; j < V.Length; j++)
            {
                gap += Math.Pow(gx[j] + Theta[i][j], 2) + Math.Pow(X[i][j] - V[j], 2);
                sumX[j] -= Theta[i][j];
            }

            for (int j = 0; j < Z.Length; j++)
            {
                gap += Math.Pow(gy[j] + Planes.Sum(plane => plane.Lambda * plane.B[i][j]), 2);
            }
        }

        foreach (ReferencePlane plane in Planes)
        {
            for (int j = 0; j < V.Length; j++)
            {
                sumX[j] += plane.Lambda * plane.A[j];
            }

            for (int j = 0; j < Z.Length; j++)
            {
                sumZ[j] += plane.Lambda * plane.C[j];
            }

            double projected = Math.Max(0, plane.Lambda + (Options.StepPlaneDual * Residual(plane)));
            gap += Math.Pow((plane.Lambda - projected) / Options.StepPlaneDual, 2);
        }

        return gap + Dot(sumX, sumX) + Dot(sumZ, sumZ);
    }

    /// <summary>y − η_yl (∂g/∂y (v, y) + φ + μ (y − z)).</summary>
    protected double[] InnerStep(int i, double[] v, double[] y, double[] z, double[] phi)
    {
        double[] gradient = Shards[i].LowerGradient(v, y);
        return [.. y.Select((value, j) =>
            value - (Options.InnerStepLower * (gradient[j] + phi[j] + (Options.InnerPenalty * (value - z[j])))))];
    }

    /// <summary>d/dv of |reference − y^last(v)|² for y^{k+1} = y^k − η_yl (∂g/∂y (v, y^k) + …), by a reverse sweep over the trace.</summary>
    public double[] Differentiate(int i, double[] v, List<double[]> trace, double[] reference, bool followsChain)
    {
        double eta = Options.InnerStepLower;
        double[] bar = [.. reference.Select((value, j) => -2 * (value - trace[^1][j]))];
        double[] slope = new double[v.Length];
        for (int k = trace.Count - 2; k >= 0; k--)
        {
            double[] cross = Shards[i].CrossProduct(trace[k], bar);
            for (int j = 0; j < slope.Length; j++)
            {
                slope[j] -= eta * cross[j];
            }

            if (followsChain)
            {
                double[] product = Shards[i].HessianProduct(v, trace[k], bar);
                for (int j = 0; j < bar.Length; j++)
                {
                    bar[j] -= eta * (product[j] + (Options.InnerPenalty * bar[j]));
                }
            }
        }

        return slope;
    }

    protected static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            sum += x[j] * y[j];
        }

        return sum;
    }

    protected static double SquaredDistance(double[] x, double[] y)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            sum += (x[j] - y[j]) * (x[j] - y[j]);
        }

        return sum;
    }

    protected static double[] TwiceDifference(double[] x, double[] y) => [.. x.Select((value, j) => 2 * (value - y[j]))];

    protected static double[][] Zeros(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
