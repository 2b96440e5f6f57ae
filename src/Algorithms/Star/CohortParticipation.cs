using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>How a round's cohort is drawn; always without replacement, and from the live workers.</summary>
public enum CohortSampling
{
    /// <summary>All are equally likely.</summary>
    Uniform,

    /// <summary>One after the other, each with a probability that is proportional to its number of examples.</summary>
    Examples,

    /// <summary>All available ones are equally likely; others are drawn only where too few are available.</summary>
    Available,
}

/// <summary>
/// Synchronous rounds of a few: every step takes a cohort of live workers, and all of it. A lost one's place is taken by the next
/// of the draw.
/// </summary>
/// <remarks>
/// The draw of a round is a function of the seed and the number of the round, over all workers; those that are lost are passed
/// over. So a master that was rebuilt draws the same again. Source: Reddi et al., ICLR 2021, algorithm 1.
/// </remarks>
public sealed record CohortParticipation : IParticipationPolicy
{
    /// <summary>Workers of a round; at least 1, and at most all. When fewer live, all of them.</summary>
    public required int Size { get; init; }

    /// <summary>How they are drawn.</summary>
    public CohortSampling Sampling { get; init; }

    /// <summary>Seed of the draws.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// For <see cref="CohortSampling.Available"/>: a worker is available in a round with a probability of its own, drawn once
    /// between this and 1; in [0, 1].
    /// </summary>
    public double LeastAvailability { get; init; } = 0.5;

    /// <summary>For <see cref="CohortSampling.Examples"/>: each worker's number of examples; more than 0. The algorithm knows them.</summary>
    public ImmutableArray<int> Examples { get; init; } = [];

    /// <inheritdoc/>
    public bool MayStep(StalenessLedger ledger) => ledger.HeardCount > 0 && ledger.HeardCount >= Math.Min(Size, ledger.LiveCount);

    /// <inheritdoc/>
    public IDispatcher CreateDispatcher(int workers)
    {
        if (Size < 1 || Size > workers)
        {
            throw new ArgumentException($"The cohort has {Size} workers; it must have between 1 and {workers} (the number of workers).");
        }

        if (Sampling == CohortSampling.Examples && (Examples.Length != workers || Examples.Any(count => count < 1)))
        {
            throw new ArgumentException(
                $"The cohort is drawn by numbers of examples, and {Examples.Count(count => count >= 1)} of {workers} workers have one that is more than 0. "
                + "Draw it uniformly, or choose a problem that is made over rows.");
        }

        return new CohortDispatcher(this, workers);
    }

    /// <summary>A worker's place in the draw of a round: the smaller, the earlier.</summary>
    internal double PlaceOf(int worker, long round)
    {
        double uniform = new CounterRandom(Seed, "cohort").Uniform(round, worker);
        return Sampling switch
        {
            CohortSampling.Examples => -Math.Log(uniform) / Examples[worker], // the first of exponential clocks of these rates
            CohortSampling.Available => uniform + (IsAvailable(worker, round) ? 0 : 1),
            _ => uniform,
        };
    }

    private bool IsAvailable(int worker, long round)
    {
        double rate = LeastAvailability + ((1 - LeastAvailability) * new CounterRandom(Seed, "availability-rate").Uniform(worker));
        return new CounterRandom(Seed, "availability").Uniform(round, worker) < rate;
    }
}

/// <summary>Fills every round's cohort.</summary>
/// <param name="policy">How it is drawn.</param>
/// <param name="workers">Number of workers, N. A round costs by it, however small the cohort.</param>
internal sealed class CohortDispatcher(CohortParticipation policy, int workers) : IDispatcher
{
    private readonly bool[] _isFree = new bool[workers];
    private readonly bool[] _isMember = new bool[workers];
    private readonly PriorityQueue<int, (double Place, int Worker)> _draw = new();
    private long _round = -1; // that was drawn
    private int _members;     // asked in this round and not lost since

    public void Free(int worker)
    {
        if (_isFree[worker])
        {
            return;
        }

        if (_isMember[worker])
        {
            (_isMember[worker], _members) = (false, _members - 1); // its step is made
        }

        _isFree[worker] = true;
        _draw.Enqueue(worker, (policy.PlaceOf(worker, _round), worker)); // back from a loss; void when the next round is drawn
    }

    public void Lose(int worker)
    {
        _members -= _isMember[worker] ? 1 : 0;
        (_isFree[worker], _isMember[worker]) = (false, false);
    }

    public int? Next(long step)
    {
        if (step != _round)
        {
            _round = step;
            _draw.Clear();
            _draw.EnqueueRange(Enumerable.Range(0, workers).Where(worker => _isFree[worker])
                .Select(worker => (worker, (policy.PlaceOf(worker, step), worker))));
        }

        while (_members < policy.Size && _draw.TryDequeue(out int worker, out _))
        {
            if (_isFree[worker])
            {
                (_isFree[worker], _isMember[worker], _members) = (false, true, _members + 1);
                return worker;
            }
        }

        return null;
    }
}
