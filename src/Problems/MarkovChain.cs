using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>A Markov chain in which each state has equally many successors.</summary>
internal sealed class MarkovChain
{
    private readonly int _successors;
    private readonly int[] _states; // of the successors, row after row
    private readonly double[] _probabilities;

    private MarkovChain(int successors, int[] states, double[] probabilities) =>
        (_successors, _states, _probabilities) = (successors, states, probabilities);

    /// <summary>Number of transitions: states times successors.</summary>
    public int TransitionCount => _states.Length;

    /// <summary>Different successors for each state, with probabilities uniform over all that there can be.</summary>
    /// <param name="states">Number of states.</param>
    /// <param name="successors">Of each; at most as many as there are states.</param>
    /// <param name="random">Source of the draws.</param>
    public static MarkovChain Draw(int states, int successors, SeededRandom random)
    {
        int[] next = new int[states * successors];
        double[] probabilities = new double[next.Length];
        int[] order = [.. Enumerable.Range(0, states)];
        for (int state = 0; state < states; state++)
        {
            random.Shuffle<int>(order);
            order.AsSpan(0, successors).CopyTo(next.AsSpan(state * successors));
            Span<double> row = probabilities.AsSpan(state * successors, successors);
            double sum = 0;
            foreach (ref double weight in row)
            {
                weight = -Math.Log(1 - random.NextDouble()); // exponential draws, divided by their sum
                sum += weight;
            }

            VectorMath.Scale(1 / sum, row);
        }

        return new MarkovChain(successors, next, probabilities);
    }

    /// <summary>P times a matrix with one row per state.</summary>
    /// <param name="matrix">Row-major.</param>
    /// <param name="columns">Its columns.</param>
    public double[] Expectation(ReadOnlySpan<double> matrix, int columns)
    {
        double[] result = new double[matrix.Length];
        for (int transition = 0; transition < _states.Length; transition++)
        {
            Span<double> row = result.AsSpan(transition / _successors * columns, columns);
            VectorMath.AddScaled(_probabilities[transition], matrix.Slice(_states[transition] * columns, columns), row);
        }

        return result;
    }

    /// <summary>The expected reward of each state.</summary>
    /// <param name="rewards">One per transition.</param>
    public double[] ExpectedRewards(ReadOnlySpan<double> rewards)
    {
        double[] result = new double[_states.Length / _successors];
        for (int transition = 0; transition < _states.Length; transition++)
        {
            result[transition / _successors] += _probabilities[transition] * rewards[transition];
        }

        return result;
    }
}
