using System.Collections.Immutable;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Algorithms.Decentralized.Sparkle;

/// <summary>
/// Which variables' vectors travel together. A vector that waits for a direction needs the variables before its own to be through; all others
/// are known when a round begins.
/// </summary>
internal sealed class SparklePlan
{
    private readonly int[] _lastExchange;

    public SparklePlan(ConsensusOptimiser[] variables)
    {
        // The first variable's direction is known at once, so that its first exchange is that of all early vectors too.
        List<List<(int Variable, int Part)>> exchanges = [[]];
        _lastExchange = new int[variables.Length];
        for (int v = 0; v < variables.Length; v++)
        {
            for (int part = 0; part < variables[v].Exchanges.Length; part++)
            {
                if (variables[v].MovesFirst && (v > 0 || part > 0))
                {
                    exchanges.Add([]);
                }

                int exchange = variables[v].MovesFirst ? exchanges.Count - 1 : 0;
                exchanges[exchange].Add((v, part));
                _lastExchange[v] = exchange;
            }
        }

        Parts = [.. exchanges.Select(parts => parts.ToImmutableArray())];
        Streams = [.. exchanges.Select(parts => parts.SelectMany(p => variables[p.Variable].Exchanges[p.Part]).ToImmutableArray())];
    }

    /// <summary>The variables, and which of their own exchanges, in each exchange.</summary>
    public ImmutableArray<ImmutableArray<(int Variable, int Part)>> Parts { get; }

    /// <summary>Their streams.</summary>
    public ImmutableArray<ImmutableArray<StreamSpec>> Streams { get; }

    /// <summary>The exchange after which a variable's vectors are all there.</summary>
    public int LastExchangeOf(int variable) => _lastExchange[variable];
}
