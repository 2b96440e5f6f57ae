using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>How often each kind of oracle query was asked.</summary>
/// <param name="UpperLosses">Upper losses, with or without their gradients.</param>
/// <param name="MiddleLosses">Middle losses, with or without their gradient; 0 on problems of two levels.</param>
/// <param name="LowerLosses">Lower losses, with or without their gradients; the losses of problems of one level.</param>
/// <param name="Products">Products with second derivatives, of any levels.</param>
public readonly record struct OracleCalls(long UpperLosses, long MiddleLosses, long LowerLosses, long Products)
{
    /// <summary>All queries. Each counts one, since each passes over the shard, or the rows asked for, about once.</summary>
    public long Total => UpperLosses + MiddleLosses + LowerLosses + Products;
}

/// <summary>Counts the queries to the oracles of problems, from any thread.</summary>
public sealed class OracleCounter
{
    private long _upperLosses;
    private long _middleLosses;
    private long _lowerLosses;
    private long _products;

    /// <summary>Queries so far.</summary>
    public OracleCalls Calls => new(
        Interlocked.Read(ref _upperLosses), Interlocked.Read(ref _middleLosses), Interlocked.Read(ref _lowerLosses), Interlocked.Read(ref _products));

    /// <summary>A problem that answers as <paramref name="problem"/> does and is counted here. Evaluations of results are not queries.</summary>
    /// <exception cref="ArgumentException">It is of neither one, two nor three levels.</exception>
    public IProblem Count(IProblem problem) => problem switch
    {
        ILossProblem single => new CountingLossProblem(single, this),
        IBilevelProblem bilevel => new CountingBilevelProblem(bilevel, this),
        ITrilevelProblem trilevel => new CountingTrilevelProblem(trilevel, this),
        _ => throw new ArgumentException($"{problem.GetType().Name} is a problem of neither one, two nor three levels; its oracles cannot be counted.", nameof(problem)),
    };

    /// <summary>Counts from zero again.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _upperLosses, 0);
        Interlocked.Exchange(ref _middleLosses, 0);
        Interlocked.Exchange(ref _lowerLosses, 0);
        Interlocked.Exchange(ref _products, 0);
    }

    internal void NoteUpperLoss() => Interlocked.Increment(ref _upperLosses);

    internal void NoteMiddleLoss() => Interlocked.Increment(ref _middleLosses);

    internal void NoteLowerLoss() => Interlocked.Increment(ref _lowerLosses);

    internal void NoteProduct() => Interlocked.Increment(ref _products);
}
