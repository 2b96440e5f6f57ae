using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized;

/// <summary>Draws the rows of mini-batches. They depend on the participant, the round and the step alone, so that a round made again draws the same.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="index">Which participant.</param>
/// <param name="rowCount">Rows there are.</param>
/// <param name="batchRows">Rows of a batch; 0, or as many as there are, takes all.</param>
public sealed class RowSampler(ulong seed, int index, int rowCount, int batchRows)
{
    private readonly CounterRandom _random = new(seed, $"rows/{index}");
    private readonly int[] _rows = new int[batchRows > 0 && batchRows < rowCount ? batchRows : 0];

    /// <summary>The rows of one step, with replacement; empty for all. They stand until the next call.</summary>
    /// <param name="round">The round.</param>
    /// <param name="step">The local step within it.</param>
    public ReadOnlySpan<int> Draw(long round, int step)
    {
        for (int k = 0; k < _rows.Length; k++)
        {
            _rows[k] = (int)(_random.Uniform(round, ((long)step << 32) | (uint)k) * rowCount);
        }

        return _rows;
    }
}
