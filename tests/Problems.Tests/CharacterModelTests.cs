using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>A small language model, on more rows than are on the tape at a time.</summary>
public sealed class CharacterModelOracleTests : LossOracleConformance
{
    protected override double DifferenceTolerance => 1e-3; // products of embedding and weights bend more than a linear model

    protected override double RoundingTolerance => 1e-5; // float, through three layers and back

    protected override ILossOracle CreateOracle() =>
        CharacterModel.Create(Texts.Sharded("a rose is a rose is a rose. ", 12, 3), new CharacterModelOptions { Embedding = 2, HiddenUnits = 4 }, seed: 1).CreateOracle(0);
}

/// <summary>A transformer with two heads, likewise.</summary>
public sealed class TransformerOracleTests : LossOracleConformance
{
    protected override double DifferenceTolerance => 5e-3; // norms divide by deviations that are small at such points

    protected override double RoundingTolerance => 2e-5; // float, through attention and three norms and back

    protected override ILossOracle CreateOracle() => CharacterModel.Create(
        Texts.Sharded("a rose is a rose is a rose. ", 12, 3),
        new CharacterModelOptions { Model = CharacterNetwork.Transformer, Embedding = 4, HiddenUnits = 4, Heads = 2 },
        seed: 1).CreateOracle(0);
}

public sealed class CharacterModelTests
{
    [Theory]
    [InlineData(CharacterNetwork.Perceptron)]
    [InlineData(CharacterNetwork.Transformer)]
    public void Learns_a_text_that_repeats_itself(CharacterNetwork model)
    {
        ILossProblem problem = CharacterModel.Create(
            Texts.Sharded("once more: ", 60, 4), new CharacterModelOptions { Model = model, HiddenUnits = 16 }, seed: 1);

        FlatVector learned = Texts.Train(problem, 300);

        Assert.Equal(1, problem.Evaluate(learned).Single(measure => measure.Name == "test-accuracy").Value);
        Assert.True(problem.Evaluate(learned).Single(measure => measure.Name == "test-loss").Value < 0.1);
    }

    [Fact]
    public void Characters_cannot_be_noise()
    {
        ILossProblem problem = CharacterModel.Create(Texts.Sharded("to be or not to be, ", 12, 3), new CharacterModelOptions(), seed: 1);

        Assert.Contains(
            "Flip the labels",
            Assert.Throws<NotSupportedException>(() => problem.CreateOracle(0, DataPoisoning.NoisyFeatures)).Message,
            StringComparison.Ordinal);
        Assert.NotNull(problem.CreateOracle(0, DataPoisoning.FlippedLabels));
    }

    [Fact]
    public void Rejects_heads_that_cannot_share_the_embedding()
    {
        CharacterModelOptions options = new() { Model = CharacterNetwork.Transformer, Embedding = 8, Heads = 3 };

        Assert.Contains(
            "8 numbers, which 3 heads cannot share",
            Assert.Throws<ArgumentException>(() => CharacterModel.Create(Texts.Sharded("to be or not to be, ", 12, 3), options, seed: 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_set_that_is_no_text()
    {
        ShardedData images = SmallData.Shard(SmallData.Bytes(24, 6, 3), SmallData.Bytes(15, 6, 3, seed: 2), 2);

        Assert.Contains(
            "are no characters",
            Assert.Throws<ArgumentException>(() => CharacterModel.Create(images, new CharacterModelOptions(), 1)).Message,
            StringComparison.Ordinal);
    }

    [RealDataFact("shakespeare")]
    public void Learns_more_of_Shakespeare_than_how_often_each_character_comes()
    {
        using FileStream stream = RealData.Open("shakespeare/tinyshakespeare.txt");
        (LabelledData train, LabelledData test) = TextWindows.Read(new DataSource("shakespeare", "tinyshakespeare.txt", stream), 8);
        ShardedData data = Sharding.Build(train, test, new ShardingOptions { ValidationFraction = 0, TestRows = 2000 }, 1, 1);
        ILossProblem problem = CharacterModel.Create(data, new CharacterModelOptions(), seed: 1);

        FlatVector learned = Texts.Train(problem, 400);

        double[] shares = [.. data.Train.Labels.GroupBy(label => label).Select(group => (double)group.Count() / data.Train.Labels.Length)];
        double entropy = -shares.Sum(share => share * Math.Log(share)); // about 3.3 nats
        Assert.Equal(65, train.Classes);
        Assert.True(problem.Evaluate(learned).Single(measure => measure.Name == "test-loss").Value < entropy - 0.3);
    }
}
