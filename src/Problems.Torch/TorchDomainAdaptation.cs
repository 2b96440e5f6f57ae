using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The problem of three levels on networks for images; what it is stands at <see cref="DomainAdaptation"/>.</summary>
internal static class TorchDomainAdaptation
{
    /// <summary>The problem over sharded data.</summary>
    public static ITrilevelProblem Create(TorchRuntime runtime, ShardedData data, DomainAdaptationOptions options, ulong seed)
    {
        LabelledData source = DomainAdaptation.SourceFor(data, options, seed);
        TensorTrilevelProblem<float> managed = DomainAdaptation.Create(data, source, options);
        Scalar proximity = options.Proximity;
        return new TorchTrilevelProblem(managed)
        {
            Name = managed.Name,
            Runtime = runtime,
            Layouts = [managed.Upper.Layout, managed.Middle.Layout, managed.Lower.Layout],
            Losses = shard =>
            {
                TorchRows training = new(runtime, data.Train, data.Shards[shard].TrainRows);
                TorchRows validation = new(runtime, data.Train, data.Shards[shard].ValidationRows);
                TorchRows sources = new(runtime, source, DomainAdaptation.SourceRows(source, shard, data.Shards.Length));
                Tensor coarse = runtime.Keep(() => Coarse(sources.Features));
                return (Tuning(validation), levels => Tuning(training)(levels) + (SquaredDistance(levels) * proximity), levels => Pretraining(levels, sources, coarse));
            },
        };
    }

    private static TorchLoss Tuning(TorchRows rows) => levels => rows.CrossEntropy(TorchNetworks.LeNet(levels[1], rows.Features));

    private static Tensor Pretraining(TorchLevels levels, TorchRows sources, Tensor coarse)
    {
        Tensor weights = TorchNetworks.Perceptron(levels[0], coarse).sigmoid().view(-1);
        return (weights * sources.CrossEntropyPerRow(TorchNetworks.LeNet(levels[2], sources.Features))).mean();
    }

    private static Tensor SquaredDistance(TorchLevels levels)
    {
        Tensor difference = levels.Flat(1) - levels.Flat(2);
        return (difference * difference).sum();
    }

    /// <summary>What the re-weighting network sees of images.</summary>
    private static Tensor Coarse(Tensor images) =>
        nn.functional.avg_pool2d(TorchNetworks.Squares(images, 1), DomainAdaptation.Coarseness).reshape(images.shape[0], -1);
}
