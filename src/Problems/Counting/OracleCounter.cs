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
public sealed class OracleCounter : IOracleObserver
{
    private readonly long[] _calls = new long[Enum.GetValues<OracleQuery>().Length];

    /// <summary>Queries so far.</summary>
    public OracleCalls Calls => new(
        Read(OracleQuery.UpperLoss), Read(OracleQuery.MiddleLoss), Read(OracleQuery.LowerLoss), Read(OracleQuery.Product));

    /// <summary>A problem that answers as <paramref name="problem"/> does and is counted here. Evaluations of results are not queries.</summary>
    /// <exception cref="ArgumentException">It is of neither one, two nor three levels.</exception>
    public IProblem Count(IProblem problem) => ObservedProblem.Of(problem, this);

    /// <summary>Counts from zero again.</summary>
    public void Reset()
    {
        foreach (ref long calls in _calls.AsSpan())
        {
            Interlocked.Exchange(ref calls, 0);
        }
    }

    long IOracleObserver.Asked(OracleQuery query) => Interlocked.Increment(ref _calls[(int)query]);

    void IOracleObserver.Answered(OracleQuery query, long asked)
    {
    }

    private long Read(OracleQuery query) => Interlocked.Read(ref _calls[(int)query]);
}
