using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>When the place of a worker that has reported is filled again.</summary>
public enum Refill
{
    /// <summary>At once: as many workers as may are under way at any time. A worker can report twice in one step.</summary>
    PerArrival,

    /// <summary>When the step that its report enters is made.</summary>
    PerStep,
}

/// <summary>Which worker fills a free place.</summary>
public enum Pick
{
    /// <summary>Any that is free, all equally likely.</summary>
    Random,

    /// <summary>The one that has been free for longest.</summary>
    Fifo,
}

/// <summary>
/// A step at every K reports, and up to C workers under way. Nobody is waited for, and staleness has no bound: the rule is told
/// of it.
/// </summary>
/// <remarks>
/// Source: Nguyen et al., "Federated Learning with Buffered Asynchronous Aggregation", AISTATS 2022, algorithm 1. The order in
/// which reports come decides what is computed, so a run depends on time; one whose workers all take the same time does not.
/// </remarks>
public sealed record BufferedParticipation : IParticipationPolicy
{
    /// <summary>K, reports of a step; at least 1, and at most <see cref="Concurrency"/>. With <see cref="Refill.PerStep"/>, when fewer workers live, one of each.</summary>
    public required int Buffer { get; init; }

    /// <summary>C, most workers under way; at most all.</summary>
    public required int Concurrency { get; init; }

    /// <summary>When places are filled again.</summary>
    public Refill Refill { get; init; }

    /// <summary>By whom.</summary>
    public Pick Pick { get; init; }

    /// <summary>Seed of random picks.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public bool FreesOnReport => Refill == Refill.PerArrival;

    /// <inheritdoc/>
    public bool MayStep(StalenessLedger ledger) => FreesOnReport
        ? ledger.ReportCount >= Buffer
        : ledger.HeardCount > 0 && ledger.HeardCount >= Math.Min(Buffer, ledger.LiveCount);

    /// <inheritdoc/>
    public IDispatcher CreateDispatcher(int workers)
    {
        if (Buffer < 1 || Buffer > Concurrency)
        {
            throw new ArgumentException($"The buffer takes {Buffer} reports; it must be between 1 and {Concurrency} (the concurrency), or it could never fill.");
        }

        return Concurrency <= workers ? new BufferedDispatcher(this, workers) : throw new ArgumentException(
            $"{Concurrency} workers are to be under way; it must be at most {workers} (the number of workers).");
    }
}

/// <summary>Keeps as many workers under way as may be.</summary>
/// <param name="policy">How many, and who is next.</param>
/// <param name="workers">Number of workers, N.</param>
internal sealed class BufferedDispatcher(BufferedParticipation policy, int workers) : IDispatcher
{
    private readonly SeededRandom _random = new(policy.Seed, "pick");
    private readonly List<int> _free = []; // in the order in which they became free, as long as nobody is picked at random
    private readonly bool[] _isBusy = new bool[workers];
    private int _busy;

    public void Free(int worker)
    {
        End(worker);
        _free.Add(worker);
    }

    public void Lose(int worker)
    {
        End(worker);
        _free.Remove(worker);
    }

    public int? Next(long step)
    {
        if (_busy >= policy.Concurrency || _free.Count == 0)
        {
            return null;
        }

        int worker = policy.Pick == Pick.Fifo ? TakeFirst() : TakeAny();
        (_isBusy[worker], _busy) = (true, _busy + 1);
        return worker;
    }

    private int TakeFirst()
    {
        int worker = _free[0];
        _free.RemoveAt(0);
        return worker;
    }

    private int TakeAny()
    {
        int index = _random.NextInt32(_free.Count);
        int worker = _free[index];
        _free[index] = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        return worker;
    }

    private void End(int worker)
    {
        _busy -= _isBusy[worker] ? 1 : 0;
        _isBusy[worker] = false;
    }
}
