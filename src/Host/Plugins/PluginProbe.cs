using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;

namespace ActorFed.Host.Plugins;

/// <summary>
/// Asks a problem of a user's own everything once, at a starting point, on every shard: what is wrong with its losses is told before
/// a run, in the words of its author, and not as a failure of some worker.
/// </summary>
internal sealed class PluginProbe(PluginPart<ProblemEntry> part)
{
    /// <summary>Makes the problem and asks it.</summary>
    /// <param name="create">Makes it.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="seed">Seed of the starting point.</param>
    /// <exception cref="PluginException">It cannot be made, throws, or gives what does not fit.</exception>
    public IProblem Create(Func<IProblem> create, int workers, ulong seed)
    {
        IProblem problem = Ask("the problem", create);
        Require(problem.ShardCount == workers, $"has {problem.ShardCount} shards; there must be one for each of the {workers} workers. Make as many as Create is told.");
        SeededRandom random = new(seed, "plug-in");
        switch (part.Value.Levels, problem)
        {
            case (3, ITrilevelProblem trilevel):
                Probe(trilevel, random);
                break;
            case (1, ILossProblem single):
                Probe(single, random);
                break;
            case (2, IBilevelProblem bilevel):
                Probe(bilevel, random);
                break;
            default:
                string kind = part.Value.Levels switch { 1 => nameof(ILossProblem), 2 => nameof(IBilevelProblem), _ => nameof(ITrilevelProblem) };
                throw Fault($"says that it has {part.Value.Levels} level{(part.Value.Levels == 1 ? "" : "s")}, and makes a {problem.GetType().Name}, which is no {kind}. "
                    + $"Set {nameof(ProblemEntry.Levels)}, or make a problem of that kind.");
        }

        return problem;
    }

    private void Probe(ITrilevelProblem problem, SeededRandom random)
    {
        (int d1, int d2, int d3) = (problem.UpperLength, problem.MiddleLength, problem.LowerLength);
        FlatVector upper = Start("InitialUpper", problem.InitialUpper, d1, random);
        FlatVector middle = Start("InitialMiddle", problem.InitialMiddle, d2, random);
        FlatVector lower = Start("InitialLower", problem.InitialLower, d3, random);
        for (int shard = 0; shard < problem.ShardCount; shard++)
        {
            Shard on = new(this, shard);
            ITrilevelOracle oracle = on.Ask("the oracle", () => problem.CreateOracle(shard));
            Require(
                (oracle.UpperLength, oracle.MiddleLength, oracle.LowerLength) == (d1, d2, d3),
                $"has an oracle of shard {shard} for levels of {oracle.UpperLength}, {oracle.MiddleLength} and {oracle.LowerLength} variables; "
                + $"the problem says {d1}, {d2} and {d3}. Make them agree.");
            on.Loss("the upper loss", [d1, d2, d3], g => oracle.UpperLoss(new TrilevelPoint(upper, middle, lower), g[0], g[1], g[2]));
            on.Loss("the middle loss", [d2], g => oracle.MiddleLoss(new TrilevelPoint(upper, middle, lower), g[0]));
            on.Loss("the lower loss", [d3], g => oracle.LowerLoss(new TrilevelPoint(upper, middle, lower), g[0]));
            on.Products("the middle loss", d2, [d2, d1, d3], (v, p) =>
            {
                oracle.MiddleHessianProduct(new TrilevelPoint(upper, middle, lower), v, p[0]);
                oracle.MiddleUpperProduct(new TrilevelPoint(upper, middle, lower), v, p[1]);
                oracle.MiddleLowerProduct(new TrilevelPoint(upper, middle, lower), v, p[2]);
            });
            on.Products("the lower loss", d3, [d3, d1, d2], (v, p) =>
            {
                oracle.LowerHessianProduct(new TrilevelPoint(upper, middle, lower), v, p[0]);
                oracle.LowerUpperProduct(new TrilevelPoint(upper, middle, lower), v, p[1]);
                oracle.LowerMiddleProduct(new TrilevelPoint(upper, middle, lower), v, p[2]);
            });
        }

        Ask("Evaluate", () => problem.Evaluate(upper, middle, lower));
    }

    private void Probe(ILossProblem problem, SeededRandom random)
    {
        int d = problem.Length;
        FlatVector start = Start("Initial", problem.Initial, d, random);
        for (int shard = 0; shard < problem.ShardCount; shard++)
        {
            Shard on = new(this, shard);
            ILossOracle oracle = on.Ask("the oracle", () => problem.CreateOracle(shard));
            Require(oracle.Length == d, $"has an oracle of shard {shard} for {oracle.Length} variables; the problem says {d}. Make them agree.");
            Require(oracle.RowCount >= 0, $"has an oracle of shard {shard} with RowCount {oracle.RowCount}; it must be at least 0, which stands for no rows.");
            on.Loss("the loss", [d], g => oracle.Loss(start.Span, [], g[0]));
            if (oracle.RowCount > 0)
            {
                on.Loss("the loss of row 0", [d], g => oracle.Loss(start.Span, [0], g[0]));
            }
        }

        Ask("Evaluate", () => problem.Evaluate(start));
    }

    private void Probe(IBilevelProblem problem, SeededRandom random)
    {
        (int n, int m) = (problem.UpperLength, problem.LowerLength);
        FlatVector upper = Start("InitialUpper", problem.InitialUpper, n, random);
        FlatVector lower = Start("InitialLower", problem.InitialLower, m, random);
        for (int shard = 0; shard < problem.ShardCount; shard++)
        {
            Shard on = new(this, shard);
            IBilevelOracle oracle = on.Ask("the oracle", () => problem.CreateOracle(shard));
            Require(
                (oracle.UpperLength, oracle.LowerLength) == (n, m),
                $"has an oracle of shard {shard} for levels of {oracle.UpperLength} and {oracle.LowerLength} variables; the problem says {n} and {m}. Make them agree.");
            on.Loss("the upper loss", [n, m], g => oracle.UpperLoss(upper.Span, lower.Span, g[0], g[1]));
            on.Loss("the lower loss", [n, m], g => oracle.LowerLoss(upper.Span, lower.Span, g[0], g[1]));
            on.Products("the lower loss", m, [m, n], (v, p) =>
            {
                oracle.LowerHessianProduct(upper.Span, lower.Span, v, p[0]);
                oracle.LowerCrossProduct(upper.Span, lower.Span, v, p[1]);
            });
        }

        Ask("Evaluate", () => problem.Evaluate(upper, lower));
    }

    private FlatVector Start(string name, Func<SeededRandom, FlatVector> start, int length, SeededRandom random)
    {
        Require(length >= 1, $"has a level of {length} variables, where {name} is asked; a level has at least one.");
        FlatVector vector = Ask(name, () => start(random));
        Require(vector.Length == length, $"gives {vector.Length} numbers for {name}; the problem says that the level has {length}. Make them agree.");
        return vector;
    }

    private T Ask<T>(string what, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception failure)
        {
            throw new PluginException(
                part.File, part.Type, $"fails in {what}: {UserCode.Describe(failure, part.Type.Assembly)} Mend it, and build the plug-in again.", failure);
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Fault(otherwise);
        }
    }

    private PluginException Fault(string problem) => new(part.File, part.Type, problem);

    /// <summary>Questions about one shard.</summary>
    private readonly struct Shard(PluginProbe probe, int number)
    {
        public T Ask<T>(string what, Func<T> ask) => probe.Ask($"{what} of shard {number}", ask);

        /// <summary>A value and its gradients, which must be finite.</summary>
        public void Loss(string what, int[] lengths, Func<double[][], double> loss)
        {
            double[][] gradients = [.. lengths.Select(length => new double[length])];
            double value = Ask(what, () => loss(gradients));
            bool isFinite = double.IsFinite(value) && gradients.All(gradient => gradient.All(double.IsFinite));
            probe.Require(
                isFinite, $"is {value} for {what} of shard {number} at the starting point, or has a gradient that is not finite there. Start where it is, or mend the loss.");
        }

        /// <summary>Products of second derivatives with a vector of ones.</summary>
        public void Products(string what, int length, int[] lengths, Action<double[], double[][]> products)
        {
            double[] ones = new double[length];
            Array.Fill(ones, 1);
            double[][] targets = [.. lengths.Select(target => new double[target])];
            Ask($"the second derivatives of {what}", () =>
            {
                products(ones, targets);
                return 0;
            });
        }
    }
}
