using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated;

/// <summary>
/// The batches of a client: pass after pass over its rows, each in an order of its own. They depend on the seed, the client and the task
/// alone, so that a task done again has the same. A pass is an epoch of the oracle, which may select other rows for it.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="client">Which client.</param>
/// <param name="rows">Rows of its shard.</param>
/// <param name="batchRows">Rows of a batch; 0, or as many as there are, takes all.</param>
/// <param name="beginEpoch">Told of each pass, by the number of its epoch; null where rows are not selected.</param>
internal sealed class ClientBatches(ulong seed, int client, int rows, int batchRows, Action<long>? beginEpoch = null)
{
    private readonly int[] _order = new int[batchRows > 0 && batchRows < rows ? rows : 0];
    private long _task;
    private int _passesOfTask;
    private int _passes; // begun
    private int _next;   // first row of the next batch

    /// <summary>Batches of one pass.</summary>
    public int PerPass => _order.Length == 0 ? 1 : (_order.Length + batchRows - 1) / batchRows;

    /// <summary>Rows that the first <paramref name="steps"/> batches of a task hold, each counted once; 1 where there are none to draw from.</summary>
    public int RowsOf(int steps) => _order.Length == 0 ? Math.Max(1, rows) : (int)Math.Min(_order.Length, (long)steps * batchRows);

    /// <summary>Begins a task.</summary>
    /// <param name="task">Its number.</param>
    /// <param name="steps">Batches that it will take; the same in every task.</param>
    public void Begin(long task, int steps) => (_task, _passesOfTask, _passes, _next) = (task, (steps + PerPass - 1) / PerPass, 0, _order.Length);

    /// <summary>The rows of the next batch; empty for all. They stand until the next call.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (_next >= _order.Length)
        {
            beginEpoch?.Invoke((_task * _passesOfTask) + _passes);
            for (int i = 0; i < _order.Length; i++)
            {
                _order[i] = i;
            }

            if (_order.Length > 0)
            {
                new SeededRandom(seed, $"client-{client}/task-{_task}/pass-{_passes}").Shuffle<int>(_order);
            }

            (_passes, _next) = (_passes + 1, 0);
        }

        ReadOnlySpan<int> batch = _order.AsSpan(_next, Math.Min(batchRows, _order.Length - _next));
        _next += batch.Length;
        return batch;
    }
}
