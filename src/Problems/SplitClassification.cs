using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>Training of a network that can also be trained in two parts, over the same rows.</summary>
/// <param name="whole">The problem in one part; its variable is the first part's, then the second's.</param>
/// <param name="data">Its data.</param>
/// <param name="network">Its network.</param>
/// <param name="weightDecay">Factor of the squared norm of all parameters.</param>
internal sealed class SplitClassification(RowLossProblem whole, ShardedData data, SplitNetwork network, double weightDecay) : ISplitProblem
{
    public int Length => whole.Length;

    public int ClientLength => network.ClientLayout.Length;

    public int ActivationLength => network.ActivationLength;

    public int Classes => data.Train.Classes;

    public int ShardCount => whole.ShardCount;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => whole.CreateOracle(shard, poisoning);

    public FlatVector Initial(SeededRandom random) => whole.Initial(random);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => whole.Evaluate(point);

    public ISplitClientOracle CreateClient(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        Shard own = data.Shards[shard];
        return new SplitClientRows(data.Train, own.TrainRows.AddRange(own.ValidationRows), network, weightDecay);
    }

    public ISplitServerOracle CreateServer() => new SplitServerNetwork(network, Classes, weightDecay);
}
