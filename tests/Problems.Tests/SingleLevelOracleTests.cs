using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Tests;

/// <summary>The linear softmax model on float rows, more than a block of them.</summary>
public sealed class SoftmaxClassificationOracleTests : LossOracleConformance
{
    protected override ILossOracle CreateOracle() => Classification.Create(
        SmallData.Shard(SmallData.Floats(80, 5, 3), SmallData.Floats(9, 5, 3, seed: 2), 2), new ClassificationOptions { WeightDecay = 0.01 }, seed: 1).CreateOracle(1);
}

/// <summary>The same on byte rows, which are not packed.</summary>
public sealed class SoftmaxClassificationOnBytesOracleTests : LossOracleConformance
{
    protected override ILossOracle CreateOracle() => Classification.Create(
        SmallData.Shard(SmallData.Bytes(80, 20, 3), SmallData.Bytes(9, 20, 3, seed: 2), 2), new ClassificationOptions(), seed: 1).CreateOracle(0);
}

/// <summary>A network with a hidden layer, on more rows than are on the tape at a time.</summary>
public sealed class MlpClassificationOracleTests : LossOracleConformance
{
    protected override double RoundingTolerance => 1e-5; // float, through two layers and back

    protected override ILossOracle CreateOracle() => Classification.Create(
        SmallData.Shard(SmallData.Floats(300, 5, 3), SmallData.Floats(9, 5, 3, seed: 2), 2),
        new ClassificationOptions { Model = ClassifierKind.Mlp, HiddenUnits = 4 },
        seed: 1).CreateOracle(1);
}

/// <summary>A convolutional network, on images of three colours.</summary>
public sealed class CnnClassificationOracleTests : LossOracleConformance
{
    protected override double DifferenceTolerance => 1e-3; // three layers bend more than one

    protected override double RoundingTolerance => 1e-5; // float, through three layers and back

    protected override ILossOracle CreateOracle() => Classification.Create(
        SmallData.Shard(SmallData.Floats(12, 192, 3), SmallData.Floats(9, 192, 3, seed: 2), 2),
        new ClassificationOptions { Model = ClassifierKind.Cnn, Channels = 2 },
        seed: 1).CreateOracle(0);
}

/// <summary>Logistic regression, in double.</summary>
public sealed class LogisticRegressionOracleTests : LossOracleConformance
{
    protected override double RoundingTolerance => 1e-12;

    protected override ILossOracle CreateOracle() => LogisticRegression.Create(
        SmallData.Shard(SmallData.Floats(24, 6, 2), SmallData.Floats(9, 6, 2, seed: 2), 2), new LogisticRegressionOptions(), seed: 1).CreateOracle(1);
}

/// <summary>A quadratic, exact up to rounding.</summary>
public sealed class SingleLevelQuadraticOracleTests : LossOracleConformance
{
    protected override double RoundingTolerance => 1e-12;

    protected override ILossOracle CreateOracle() => new SingleLevelQuadratic(new SingleLevelQuadraticOptions { Length = 5 }, shards: 3, seed: 1).CreateOracle(2);
}

/// <summary>Least squares, in double.</summary>
public sealed class SparseRegressionOracleTests : LossOracleConformance
{
    protected override double RoundingTolerance => 1e-12;

    protected override ILossOracle CreateOracle() =>
        SparseRegression.Create(new SparseRegressionOptions { Length = 6, NonZeros = 2, Rows = 20 }, shards: 3, seed: 1).CreateOracle(2);
}

/// <summary>Ridge regression, the steep shard, in double.</summary>
public sealed class RidgeRegressionOracleTests : LossOracleConformance
{
    protected override double RoundingTolerance => 1e-12;

    protected override ILossOracle CreateOracle() => new RidgeRegression(new RidgeRegressionOptions { Length = 6, Rows = 20, Scale = 3 }, shards: 3, seed: 1).CreateOracle(0);
}
