using System.Globalization;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;

namespace ActorFed.Host.Experiments;

/// <summary>Holds constant steps among neighbours against the limits of their methods, for the curvature at the starting point.</summary>
internal static class StepCheck
{
    private const int Shards = 8;     // at most so many are looked at
    private const int Products = 24;  // per shard: the estimate comes from below
    private const double Radius = 1e-5;
    private const double SameShare = 1e-3;    // of curvatures at two points, both estimated
    private const double SmallestLimit = 1e-9; // of τ L: what is left of 1 + 3λ by rounding at λ = −1/3

    /// <summary>Requires that every step is within its limit.</summary>
    /// <exception cref="ConfigurationException">One is not, and the experiment asks for an error.</exception>
    public static void Require(Experiment experiment, IProblem problem, Action<string> tell)
    {
        if (experiment.Options.Graph.StepCheck == StepCheckKind.Off || experiment.Algorithm.StepsOf(experiment.AlgorithmOptions) is not { Length: > 0 } steps)
        {
            return;
        }

        Curvature curvature = CurvatureOf(problem, experiment.Options.Seed);
        foreach (ConstantStep step in steps)
        {
            Topology topology = experiment.Graph.Of(step.Level);
            if (topology.IsTimeVarying || Spectrum.Of(topology.At(0)).Smallest is not double smallest)
            {
                continue; // limits are known for symmetric weights that stay
            }

            double limit = StepLimits.Limit(step.Method, smallest);
            if (step.Step * curvature.Largest <= limit)
            {
                continue;
            }

            string key = $"{experiment.Algorithm.Name}.{step.Key}";
            bool isCertain = curvature.IsConstant && step.Step * curvature.Smallest > limit;
            string beyond = limit < SmallestLimit ? "however small it is" : string.Create(CultureInfo.InvariantCulture, $"beyond {limit / curvature.Largest:G4}");
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"{key} is {step.Step:G4}, and {ScalarText.KebabCase(step.Method.ToString())} {(isCertain ? "diverges" : "may diverge")} {beyond} where the curvature is {curvature.Largest:G4}, as it is at the start, and the smallest eigenvalue of the weights {smallest:G4}. ");
            if (isCertain && experiment.Options.Graph.StepCheck == StepCheckKind.Auto)
            {
                throw experiment.ErrorAt(key, text + "Take a smaller step, lazy weights, or, if you know better, graph.step-check = warn.");
            }

            tell("warning: " + text);
        }
    }

    /// <summary>The largest eigenvalue of the lower, or only, loss's Hessian, shard by shard, from below.</summary>
    private static Curvature CurvatureOf(IProblem problem, ulong seed)
    {
        (double least, double most, bool isConstant) = (double.MaxValue, double.Epsilon, true);
        for (int shard = 0; shard < Math.Min(problem.ShardCount, Shards); shard++)
        {
            double here = At(problem, shard, seed, away: 0);
            (least, most) = (Math.Min(least, here), Math.Max(most, here));
            isConstant = isConstant && Math.Abs(At(problem, shard, seed, away: 1) - here) <= SameShare * here;
        }

        return new Curvature(least, most, isConstant);
    }

    private static double At(IProblem problem, int shard, ulong seed, double away)
    {
        SeededRandom random = new(seed, $"step-check/{shard}");
        return problem switch
        {
            IBilevelProblem bilevel => OfLower(bilevel, shard, random, away),
            ILossProblem single => OfLoss(single, shard, random, away),
            _ => 0,
        };
    }

    private static double OfLower(IBilevelProblem problem, int shard, SeededRandom random, double away)
    {
        IBilevelOracle oracle = problem.CreateOracle(shard);
        double[] upper = problem.InitialUpper(random).Span.ToArray();
        double[] lower = Moved(problem.InitialLower(random), away);
        return Iterate(lower.Length, random, (direction, product) => oracle.LowerHessianProduct(upper, lower, direction, product));
    }

    private static double OfLoss(ILossProblem problem, int shard, SeededRandom random, double away)
    {
        ILossOracle oracle = problem.CreateOracle(shard);
        oracle.BeginEpoch(0);
        double[] point = Moved(problem.Initial(random), away);
        double[] there = new double[point.Length];
        double[] back = new double[point.Length];
        return Iterate(point.Length, random, (direction, product) =>
        {
            double step = Radius * Math.Max(1, VectorMath.Norm(point));
            VectorMath.Combine([new(1, point), new(step, direction)], there);
            oracle.Loss(there, [], product);
            VectorMath.Combine([new(1, point), new(-step, direction)], there);
            oracle.Loss(there, [], back);
            VectorMath.AddScaled(-1, back, product);
            VectorMath.Scale(1 / (2 * step), product);
        });
    }

    /// <summary>The point, or one that is farther from zero by the same amount in every entry.</summary>
    private static double[] Moved(FlatVector point, double away)
    {
        double[] moved = point.Span.ToArray();
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] += away;
        }

        return moved;
    }

    /// <summary>Power iteration.</summary>
    private static double Iterate(int length, SeededRandom random, Action<double[], double[]> multiply)
    {
        double[] direction = new double[length];
        double[] product = new double[length];
        for (int i = 0; i < length; i++)
        {
            direction[i] = random.NextGaussian();
        }

        double value = 0;
        for (int k = 0; k < Products; k++)
        {
            double norm = VectorMath.Norm(direction);
            if (norm == 0)
            {
                return value;
            }

            VectorMath.Scale(1 / norm, direction);
            multiply(direction, product);
            value = Math.Abs(VectorMath.Dot(direction, product));
            (direction, product) = (product, direction);
        }

        return value;
    }

    /// <summary>The largest eigenvalues of the shards' Hessians.</summary>
    /// <param name="Smallest">The smallest of them.</param>
    /// <param name="Largest">The largest of them.</param>
    /// <param name="IsConstant">Whether they are the same at another point.</param>
    private readonly record struct Curvature(double Smallest, double Largest, bool IsConstant);
}
