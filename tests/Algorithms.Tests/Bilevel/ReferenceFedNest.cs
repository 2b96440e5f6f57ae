using ActorFed.Algorithms.Bilevel.FedNest;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>FedNest written down from its equations, in plain loops, without messages: every worker's data is in reach.</summary>
internal sealed class ReferenceFedNest(FedNestOptions options, QuadraticShard[] shards, double[] x, double[] y)
{
    public double[] X { get; private set; } = x;

    public double[] Y { get; private set; } = y;

    /// <summary>Mean hypergradient of the last epoch.</summary>
    public double[] H { get; private set; } = [];

    /// <summary>Σ G_i where it was taken.</summary>
    public double UpperObjective { get; private set; }

    /// <param name="inStep">Whose lower gradients the first round's mean is of.</param>
    /// <param name="inBarrier">Who takes part in everything after it.</param>
    /// <param name="power">The J of the random series; not read with the truncated one.</param>
    public void Epoch(int[] inStep, int[] inBarrier, int power = 0)
    {
        for (int round = 0; round < options.LowerRounds; round++)
        {
            double[] mean = Mean(round == 0 ? inStep : inBarrier, shard => shard.LowerGradient(X, Y));
            Y = Mean(inBarrier, shard => LocalLower(shard, mean));
        }

        double[] b = Mean(inBarrier, shard => shard.UpperGradientInLower(Y));
        double[] v = options.NeumannSeries == NeumannSeries.Random
            ? Scaled(options.NeumannStep * options.NeumannTerms, Power(b, power, inBarrier))
            : Enumerable.Range(0, options.NeumannTerms)
                .Select(j => Scaled(options.NeumannStep, Power(b, j, inBarrier)))
                .Aggregate((sum, term) => Sum(sum, term));
        H = Mean(inBarrier, shard => Sum(shard.UpperGradientInUpper(X), Scaled(-1, shard.CrossProduct(Y, v))));
        UpperObjective = inBarrier.Sum(i => shards[i].UpperLoss(X, Y, [], []));
        X = Mean(inBarrier, LocalUpper);
    }

    private double[] LocalLower(QuadraticShard shard, double[] mean)
    {
        double[] own = Y;
        double[] anchor = shard.LowerGradient(X, Y);
        for (int step = 0; step < options.LowerLocalSteps; step++)
        {
            double[] direction = Sum(Sum(shard.LowerGradient(X, own), Scaled(-1, anchor)), mean);
            own = Sum(own, Scaled(-options.StepLower, direction));
        }

        return own;
    }

    private double[] LocalUpper(QuadraticShard shard)
    {
        double[] own = X;
        double[] anchor = shard.UpperGradientInUpper(X);
        for (int step = 0; step < options.UpperLocalSteps; step++)
        {
            double[] direction = Sum(Sum(shard.UpperGradientInUpper(own), Scaled(-1, anchor)), H);
            own = Sum(own, Scaled(-options.StepUpper, direction));
        }

        return own;
    }

    /// <summary>(I − λH)^j b, from the start each time.</summary>
    private double[] Power(double[] b, int j, int[] workers)
    {
        double[] term = b;
        for (int k = 0; k < j; k++)
        {
            double[] at = term;
            term = Sum(at, Scaled(-options.NeumannStep, Mean(workers, shard => shard.HessianProduct(X, Y, at))));
        }

        return term;
    }

    private double[] Mean(int[] workers, Func<QuadraticShard, double[]> vector) =>
        Scaled(1.0 / workers.Length, workers.Select(i => vector(shards[i])).Aggregate((sum, term) => Sum(sum, term)));

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static double[] Scaled(double factor, double[] vector) => [.. vector.Select(value => factor * value)];
}
