using System.Collections.Immutable;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.Split.SplitBody;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>The second exchange of a split step: derivatives in the activations go down, gradients of the clients' part come up.</summary>
/// <param name="rule">Holds the step.</param>
/// <param name="clients">Those of the step's clients that live; ascending. None: the step moves nothing.</param>
internal sealed class SplitExchange(SplitMasterRule rule, ImmutableArray<SplitClient> clients) : IStarBarrier
{
    private readonly Dictionary<int, SplitClient> _byWorker = clients.ToDictionary(client => client.Worker);

    /// <inheritdoc/>
    public bool DrainsSteps => false;

    /// <inheritdoc/>
    public bool Includes(int worker) => _byWorker.ContainsKey(worker);

    /// <inheritdoc/>
    public StarBody WorkFor(int worker) => rule.PullBackOf(_byWorker[worker]);

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => rule.StateInExchange;

    /// <inheritdoc/>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        rule.Commit([.. reports.Select(report => (_byWorker[report.Worker], (PulledBack)report.Report))]);
        return false;
    }
}
