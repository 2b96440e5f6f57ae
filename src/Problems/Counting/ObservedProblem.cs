using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>Makes problems whose queries are observed.</summary>
public static class ObservedProblem
{
    /// <summary>A problem that answers as <paramref name="problem"/> does, and tells of it. Evaluations of results are not queries.</summary>
    /// <param name="problem">What answers.</param>
    /// <param name="observer">Told of every query.</param>
    /// <exception cref="ArgumentException">The problem is of neither one, two nor three levels.</exception>
    public static IProblem Of(IProblem problem, IOracleObserver observer) => problem switch
    {
        ISplitProblem split => new ObservedSplitProblem(split, observer),
        ILossProblem single => new ObservedLossProblem(single, observer),
        IBilevelProblem bilevel => new ObservedBilevelProblem(bilevel, observer),
        ITrilevelProblem trilevel => new ObservedTrilevelProblem(trilevel, observer),
        ICoupledProblem coupled => new ObservedCoupledProblem(coupled, observer),
        _ => throw new ArgumentException($"{problem.GetType().Name} is a problem of neither one, two nor three levels; its oracles cannot be observed.", nameof(problem)),
    };
}
