using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>Steps that take every live worker, for a snapshot, and steps that take one, which the rule draws.</summary>
/// <remarks>A drawn worker that is lost leaves its step to another one, drawn from the others; one that comes back waits to be drawn, or for the next snapshot.</remarks>
/// <param name="rule">Says which kind of step is due, and draws.</param>
public sealed class DrawnParticipation(AsdSvrgMasterRule rule) : IParticipationPolicy
{
    /// <inheritdoc/>
    public bool MayStep(StalenessLedger ledger) =>
        ledger.HeardCount > 0 && (!rule.TakesSnapshot || ledger.HeardCount == ledger.LiveCount);

    /// <inheritdoc/>
    public IDispatcher CreateDispatcher(int workers) => new Dispatcher(rule, workers);

    private sealed class Dispatcher(AsdSvrgMasterRule rule, int workers) : IDispatcher
    {
        private readonly bool[] _isFree = new bool[workers];
        private int? _drawn; // whose report the inner step waits for

        public void Free(int worker) => End(worker, isFree: true);

        public void Lose(int worker) => End(worker, isFree: false);

        public int? Next(long step)
        {
            int next = rule.TakesSnapshot ? Array.IndexOf(_isFree, true) : _drawn is null ? rule.Draw(_isFree) : -1;
            if (next < 0)
            {
                return null;
            }

            _isFree[next] = false;
            _drawn = rule.TakesSnapshot ? null : next;
            return next;
        }

        private void End(int worker, bool isFree)
        {
            _isFree[worker] = isFree;
            _drawn = _drawn == worker ? null : _drawn;
        }
    }
}
