using System.Runtime.InteropServices;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The problems on a <see cref="RegressionNetwork"/>, in double; what each of them is stands at its managed twin.</summary>
internal static class TorchRegression
{
    /// <summary><see cref="RegressionRegularization"/>.</summary>
    public static IBilevelProblem Regularization(TorchRuntime runtime, ShardedRegression data, RegressionRegularizationOptions options, ulong seed)
    {
        RegressionNetwork network = new(data, options, seed);
        TensorBilevelProblem<double> managed = RegressionRegularization.Create(network, data.Shards.Length, options);
        Scalar smoothing = options.PenaltySmoothing * options.PenaltySmoothing;
        return new TorchBilevelProblem(managed)
        {
            Name = managed.Name,
            Runtime = runtime,
            Type = ScalarType.Float64,
            Upper = managed.Upper.Layout,
            Lower = managed.Lower.Layout,
            Losses = shard =>
            {
                (Rows training, Rows validation) = RowsOf(runtime, network, shard);
                return (levels => validation.Error(levels[1], validation.Features), Lower);

                Tensor Lower(TorchLevels levels)
                {
                    Tensor logPenalty = options.LearnPenalty ? levels.Flat(0) : levels.Flat(0).detach();
                    return training.Error(levels[1], training.Features) + Penalty(logPenalty, levels.Flat(1), smoothing);
                }
            },
        };
    }

    /// <summary><see cref="RobustRegression"/>.</summary>
    public static ITrilevelProblem Robust(TorchRuntime runtime, ShardedRegression data, RobustRegressionOptions options, ulong seed)
    {
        RegressionNetwork network = new(data, options, seed);
        TensorTrilevelProblem<double> managed = RobustRegression.Create(network, data.Shards.Length, options);
        Scalar smoothing = options.PenaltySmoothing * options.PenaltySmoothing;
        Scalar scale = options.NoiseScale;
        Scalar cost = options.AttackCost;
        return new TorchTrilevelProblem(managed)
        {
            Name = managed.Name,
            Runtime = runtime,
            Type = ScalarType.Float64,
            Layouts = [managed.Upper.Layout, managed.Middle.Layout, managed.Lower.Layout],
            Losses = shard =>
            {
                (Rows training, Rows validation) = RowsOf(runtime, network, shard);
                return (levels => validation.Error(levels[2], validation.Features), Middle, Lower);

                Tensor Middle(TorchLevels levels)
                {
                    Tensor noise = levels[1][shard];
                    return ((noise * noise).sum() * cost) - Noised(levels, noise);
                }

                Tensor Lower(TorchLevels levels) => Noised(levels, levels[1][shard]) + Penalty(levels.Flat(0), levels.Flat(2), smoothing);

                Tensor Noised(TorchLevels levels, Tensor noise) => training.Error(levels[2], training.Features + (noise * scale));
            },
        };
    }

    private static Tensor Penalty(Tensor logPenalty, Tensor weights, Scalar smoothing) =>
        (logPenalty.exp() * ((weights * weights) + smoothing).sqrt().sum()).sum();

    private static (Rows Training, Rows Validation) RowsOf(TorchRuntime runtime, RegressionNetwork network, int shard) =>
        (Rows.Of(runtime, network.Training(shard)), Rows.Of(runtime, network.Validation(shard)));

    /// <param name="Features">[rows, columns].</param>
    /// <param name="Targets">[rows, 1].</param>
    private sealed record Rows(Tensor Features, Tensor Targets)
    {
        public static Rows Of(TorchRuntime runtime, TensorRows<double> rows) => new(
            runtime.Keep(() => From(rows.FeatureValues, rows.Rows, rows.Columns)), runtime.Keep(() => From(rows.TargetValues, rows.Rows, 1)));

        /// <summary>The mean squared error of a perceptron.</summary>
        public Tensor Error(Tensor[] weights, Tensor inputs)
        {
            Tensor difference = TorchNetworks.Perceptron(weights, inputs) - Targets;
            return (difference * difference).mean();
        }

        private static Tensor From(ReadOnlySpan<double> values, int rows, int columns)
        {
            Tensor tensor = empty([rows, columns], ScalarType.Float64);
            values.CopyTo(MemoryMarshal.Cast<byte, double>(tensor.bytes));
            return tensor;
        }
    }
}
