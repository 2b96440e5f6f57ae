using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="PolicyEvaluation"/>.</summary>
public sealed record PolicyEvaluationOptions
{
    /// <summary>S, states of the Markov chain; at least 1.</summary>
    [Range(1, 4096)]
    public int States { get; init; } = 50;

    /// <summary>States that can follow a state; at least 1, and at most <see cref="States"/>.</summary>
    [Range(1, 4096)]
    public int Successors { get; init; } = 5;

    /// <summary>d, features of a state; at least 1.</summary>
    [Range(1, 1024)]
    public int Features { get; init; } = 10;

    /// <summary>γ, what a reward is worth a step later; 0 to 0.999.</summary>
    [Range(0.0, 0.999)]
    public double Discount { get; init; } = 0.9;

    /// <summary>Standard deviation of what an agent's reward of a transition strays from the common one, which is between 0 and 1; 0 to 100.</summary>
    [Range(0.0, 100.0)]
    public double RewardHeterogeneity { get; init; } = 0.5;

    /// <summary>ρ, the ridge penalty; more than 0, so that there is one solution.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Ridge { get; init; } = 0.001;
}

/// <summary>
/// Distributed policy evaluation: agents that see the same states and private rewards learn the linear value function of their mean
/// reward. The lower level follows the expectation within the Bellman equation, the upper one fits the values to it.
/// </summary>
/// <remarks>
/// A random Markov reward process with transitions P, features Φ (S × d) and expected rewards r_i. Upper x, lower y, one entry per state:
/// G_i = 1/(2S) ‖Φ x − y‖² + ρ/2 ‖x‖², g_i = 1/2 ‖y − r_i − γ P Φ x‖². With A = Φ − γ P Φ and r the mean of the r_i:
/// y*(x) = r + γ P Φ x, and (Aᵀ A / S + ρ I) x* = Aᵀ r / S. Source: the experiments of SPARKLE, arXiv 2411.14166; the process is of the
/// Garnet kind: each state has a few successors, drawn at random.
/// </remarks>
public sealed class PolicyEvaluation : IBilevelProblem
{
    private readonly double[] _features; // Φ, row-major
    private readonly double[] _following; // γ P Φ, row-major
    private readonly ImmutableArray<double[]> _rewards; // r_i
    private readonly double[] _meanReward; // r
    private readonly PolicyEvaluationOptions _options;

    /// <summary>A random process.</summary>
    /// <param name="options">Its size and the spread of rewards.</param>
    /// <param name="agents">Number of agents; at least 1.</param>
    /// <param name="seed">Determines all of it.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">There are more successors than states.</exception>
    public PolicyEvaluation(PolicyEvaluationOptions options, int agents, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, 1);
        if (options.Successors > options.States)
        {
            throw new ArgumentException($"Successors is {options.Successors}; it must be at most {options.States}, the number of states.", nameof(options));
        }

        _options = options;
        MarkovChain chain = MarkovChain.Draw(options.States, options.Successors, new SeededRandom(seed, "policy-evaluation/chain"));
        _features = SmallMatrix.Gaussians(new SeededRandom(seed, "policy-evaluation/features"), options.States * options.Features);
        VectorMath.Scale(1 / Math.Sqrt(options.Features), _features);
        _following = chain.Expectation(_features, options.Features);
        VectorMath.Scale(options.Discount, _following);
        SeededRandom common = new(seed, "policy-evaluation/rewards");
        double[] rewards = [.. Enumerable.Range(0, chain.TransitionCount).Select(_ => common.NextDouble())];
        _rewards = [.. Enumerable.Range(0, agents).Select(agent => OwnRewards(agent, seed, chain, rewards))];
        _meanReward = new double[options.States];
        foreach (double[] own in _rewards)
        {
            VectorMath.AddScaled(1.0 / agents, own, _meanReward);
        }

        SolutionUpper = FlatVector.CopyOf(Solve());
        SolutionLower = FlatVector.CopyOf(LowerSolution(SolutionUpper.Span));
    }

    /// <inheritdoc/>
    public int UpperLength => _options.Features;

    /// <inheritdoc/>
    public int LowerLength => _options.States;

    /// <inheritdoc/>
    public int ShardCount => _rewards.Length;

    /// <summary>x*.</summary>
    public FlatVector SolutionUpper { get; }

    /// <summary>y*(x*).</summary>
    public FlatVector SolutionLower { get; }

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new PolicyEvaluationOracle(_features, _following, _rewards[shard], _options.Ridge);
    }

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialUpper(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, UpperLength));

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialLower(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, LowerLength));

    /// <summary>
    /// <c>distance-to-solution</c>, Euclidean in (x, y); <c>hypergradient-norm</c> of the mean over the agents, at x; and
    /// <c>bellman-error</c>, the mean over states of (Φ x − r − γ P Φ x)².
    /// </summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower)
    {
        double squared = VectorMath.SquaredDistance(upper.Span, SolutionUpper.Span) + VectorMath.SquaredDistance(lower.Span, SolutionLower.Span);
        double[] residual = Residual(upper.Span);
        return
        [
            new Measure("distance-to-solution", Math.Sqrt(squared)),
            new Measure("hypergradient-norm", VectorMath.Norm(Hypergradient(upper.Span))),
            new Measure("bellman-error", VectorMath.SquaredNorm(residual) / LowerLength),
        ];
    }

    /// <summary>y*(x), the minimiser of the summed lower losses.</summary>
    public double[] LowerSolution(ReadOnlySpan<double> upper)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        double[] lower = new double[LowerLength];
        SmallMatrix.Multiply(_following, upper, lower);
        VectorMath.AddScaled(1, _meanReward, lower);
        return lower;
    }

    /// <summary>The derivative in x of the mean over the agents of G_i(x, y*(x)).</summary>
    public double[] Hypergradient(ReadOnlySpan<double> upper)
    {
        double[] result = new double[UpperLength];
        SmallMatrix.MultiplyTransposed(1.0 / LowerLength, Difference(), Residual(upper), result);
        VectorMath.AddScaled(_options.Ridge, upper, result);
        return result;
    }

    /// <summary>Φ x − y*(x).</summary>
    private double[] Residual(ReadOnlySpan<double> upper)
    {
        double[] residual = new double[LowerLength];
        SmallMatrix.Multiply(_features, upper, residual);
        VectorMath.AddScaled(-1, LowerSolution(upper), residual);
        return residual;
    }

    /// <summary>A, row-major.</summary>
    private double[] Difference()
    {
        double[] difference = new double[_features.Length];
        VectorMath.Subtract(_features, _following, difference);
        return difference;
    }

    private double[] Solve()
    {
        int d = UpperLength;
        double[] a = Difference();
        double[] matrix = new double[d * d];
        for (int state = 0; state < LowerLength; state++)
        {
            ReadOnlySpan<double> row = a.AsSpan(state * d, d);
            for (int i = 0; i < d; i++)
            {
                VectorMath.AddScaled(row[i] / LowerLength, row, matrix.AsSpan(i * d, d));
            }
        }

        for (int i = 0; i < d; i++)
        {
            matrix[(i * d) + i] += _options.Ridge;
        }

        double[] solution = new double[d];
        SmallMatrix.MultiplyTransposed(1.0 / LowerLength, a, _meanReward, solution);
        new CholeskyFactor(matrix, d).Solve(solution);
        return solution;
    }

    private double[] OwnRewards(int agent, ulong seed, MarkovChain chain, double[] common)
    {
        SeededRandom random = new(seed, $"policy-evaluation/rewards/{agent}");
        double[] own = [.. common.Select(reward => reward + (_options.RewardHeterogeneity * random.NextGaussian()))];
        return chain.ExpectedRewards(own);
    }
}
