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
    private const double SmallestLimit = 1e-9; // of τ L: what is left of 1 + 3λ by rounding at λ = −1/3

    /// <summary>Requires that every step is within its limit.</summary>
    /// <exception cref="ConfigurationException">One is not, and the experiment asks for an error.</exception>
    public static void Require(Experiment experiment, IProblem problem, Action<string> tell)
    {
        if (experiment.Options.Graph.StepCheck == StepCheckKind.Off || experiment.Algorithm.StepsOf(experiment.AlgorithmOptions) is not { Length: > 0 } steps)
        {
            return;
        }

        double curvature = LargestCurvature(problem, experiment.Options.Seed);
        foreach (ConstantStep step in steps)
        {
            Topology topology = experiment.Graph.Of(step.Level);
            if (topology.IsTimeVarying || Spectrum.Of(topology.At(0)).Smallest is not double smallest)
            {
                continue; // limits are known for symmetric weights that stay
            }

            double limit = StepLimits.Limit(step.Method, smallest) / curvature;
            string beyond = limit * curvature < SmallestLimit ? "however small it is" : string.Create(CultureInfo.InvariantCulture, $"beyond {limit:G4}");
            if (step.Step > limit)
            {
                string key = $"{experiment.Algorithm.Name}.{step.Key}";
                string problemText = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{key} is {step.Step:G4}, and {ScalarText.KebabCase(step.Method.ToString())} diverges {beyond} where the curvature is {curvature:G4}, as it is at the start, and the smallest eigenvalue of the weights {smallest:G4}. ");
                if (experiment.Options.Graph.StepCheck == StepCheckKind.Error)
                {
                    throw experiment.ErrorAt(key, problemText + "Take a smaller step, lazy weights, or, if you know better, graph.step-check = warn.");
                }

                tell("warning: " + problemText);
            }
        }
    }

    /// <summary>The largest eigenvalue of the lower, or only, loss's Hessian at the starting point, over some shards, from below.</summary>
    private static double LargestCurvature(IProblem problem, ulong seed)
    {
        double largest = double.Epsilon;
        for (int shard = 0; shard < Math.Min(problem.ShardCount, Shards); shard++)
        {
            SeededRandom random = new(seed, $"step-check/{shard}");
            largest = Math.Max(largest, problem switch
            {
                IBilevelProblem bilevel => OfLower(bilevel, shard, random),
                ILossProblem single => OfLoss(single, shard, random),
                _ => 0,
            });
        }

        return largest;
    }

    private static double OfLower(IBilevelProblem problem, int shard, SeededRandom random)
    {
        IBilevelOracle oracle = problem.CreateOracle(shard);
        double[] upper = problem.InitialUpper(random).Span.ToArray();
        double[] lower = problem.InitialLower(random).Span.ToArray();
        return Iterate(lower.Length, random, (direction, product) => oracle.LowerHessianProduct(upper, lower, direction, product));
    }

    private static double OfLoss(ILossProblem problem, int shard, SeededRandom random)
    {
        ILossOracle oracle = problem.CreateOracle(shard);
        double[] point = problem.Initial(random).Span.ToArray();
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
}
