using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Ridge tuning on rows of words, in double.</summary>
public sealed class RidgeTuningOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 1e-4; // the quotient's own error

    protected override double RoundingTolerance => 1e-12;

    protected override IBilevelOracle CreateOracle() => new RidgeTuning(Words.Sharded(), new RidgeTuningOptions()).CreateOracle(1);
}

public sealed class RidgeTuningTests
{
    [Fact]
    public void Losses_are_the_naive_ones()
    {
        ShardedData data = Words.Sharded();
        RidgeTuning problem = new(data, new RidgeTuningOptions { TermWeighting = TermWeighting.None });
        double[] x = SmallData.Gaussians(problem.UpperLength, "x");
        double[] y = SmallData.Gaussians(problem.LowerLength, "y");
        Shard shard = data.Shards[0];

        double upper = problem.CreateOracle(0).UpperLoss(x, y, [], []);
        double lower = problem.CreateOracle(0).LowerLoss(x, y, [], []);

        double penalty = y.Select((value, i) => Math.Exp(x[i / Words.Classes]) * value * value).Average();
        Assert.Equal(shard.ValidationRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, y)), upper, 1e-12);
        Assert.Equal(shard.TrainRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, y)) + penalty, lower, 1e-12);
    }

    [Theory]
    [InlineData(3)] // fewer classes than a vector has lanes
    [InlineData(4)]
    [InlineData(7)]
    public void Sparse_rows_give_what_dense_rows_give(int classes)
    {
        LabelledData dense = SmallData.Floats(20, 5, classes);
        LabelledData sparse = dense with { Features = SparseMatrix.Of(dense.Features) };
        SparseSoftmaxRows rows = new(sparse, [1, 5, 19]);
        SoftmaxRows other = new(dense, [1, 5, 19]);
        double[] w = SmallData.Gaussians(rows.ParameterLength, "w");
        double[] v = SmallData.Gaussians(rows.ParameterLength, "v");
        (double[] actual, double[] expected) = (new double[w.Length], new double[w.Length]);

        Assert.Equal(other.Loss(w, expected), rows.Loss(w, actual), 1e-5); // the other is in float
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        rows.HessianProduct(w, v, actual);
        other.HessianProduct(w, v, expected);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(other.CountCorrect(w), rows.CountCorrect(w));
    }

    [Fact]
    public void Tf_idf_weighs_rare_words_and_scales_rows_to_length_1()
    {
        SparseMatrix train = new(3, [[(0, 1f), (1, 2f)], [(0, 3f)], []]);
        SparseMatrix test = new(3, [[(2, 4f)]]);

        (SparseMatrix weighted, SparseMatrix weightedTest) = TermWeights.TfIdf(train, test);

        double frequent = Math.Log(4.0 / 3) + 1; // two of three rows
        double rare = Math.Log(4.0 / 2) + 1;
        double norm = Math.Sqrt((frequent * frequent) + (4 * rare * rare));
        Assert.Equal(frequent / norm, weighted.ValuesOf(0)[0], 1e-6);
        Assert.Equal(2 * rare / norm, weighted.ValuesOf(0)[1], 1e-6);
        Assert.Equal(1f, weighted.ValuesOf(1)[0]);
        Assert.True(weighted.ValuesOf(2).IsEmpty);
        Assert.Equal(1f, weightedTest.ValuesOf(0)[0]); // a word that no training row has
    }

    [Fact]
    public void Keeps_the_most_frequent_features_in_their_order()
    {
        SparseMatrix train = new(4, [[(0, 9f), (1, 1f), (3, 1f)], [(1, 1f), (3, 2f)], [(2, 5f), (3, 1f)]]);
        SparseMatrix test = new(4, [[(0, 1f), (2, 7f), (3, 8f)]]);

        (SparseMatrix kept, SparseMatrix keptTest) = TermWeights.MostFrequent(train, test, 2);

        Assert.Equal((2, 5), (kept.Columns, kept.EntryCount)); // columns 1 and 3
        Assert.Equal([1f, 1f], kept.ValuesOf(0).ToArray());
        Assert.Equal([1], keptTest.ColumnsOf(0).ToArray());
        Assert.Equal([8f], keptTest.ValuesOf(0).ToArray());
    }

    [Fact]
    public void Starts_where_every_class_is_equally_likely()
    {
        RidgeTuning problem = new(Words.Sharded(), new RidgeTuningOptions { InitialLogPenalty = -2, MostFrequentFeatures = 7 });
        SeededRandom random = new(1, "start");

        FlatVector upper = problem.InitialUpper(random);
        FlatVector lower = problem.InitialLower(random);

        Assert.Equal((7, 7 * Words.Classes), (upper.Length, lower.Length));
        Assert.Equal(-2, upper[6]);
        Assert.Equal(Math.Log(Words.Classes), problem.Evaluate(upper, lower).Single(measure => measure.Name == "test-loss").Value, 1e-12);
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        Assert.Contains(
            "MostFrequentFeatures is 13",
            Assert.Throws<ArgumentException>(() => new RidgeTuning(Words.Sharded(), new RidgeTuningOptions { MostFrequentFeatures = 13 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new RidgeTuning(Words.Sharded(), new RidgeTuningOptions { InitialLogPenalty = 51 }));
    }

    [RealDataFact("20newsgroups")]
    public void Logistic_regression_on_words_of_20_newsgroups_tells_the_groups()
    {
        RidgeTuning problem = new(Words.Newsgroups(), new RidgeTuningOptions { MostFrequentFeatures = 500, InitialLogPenalty = -3 });
        IBilevelOracle oracle = problem.CreateOracle(0);
        SeededRandom random = new(1, "start");
        FlatVector x = problem.InitialUpper(random);
        double[] y = problem.InitialLower(random).Span.ToArray();
        double[] gradient = new double[y.Length];

        for (int step = 0; step < 100; step++)
        {
            oracle.LowerLoss(x.Span, y, [], gradient);
            VectorMath.AddScaled(-20, gradient, y);
        }

        double accuracy = problem.Evaluate(x, FlatVector.CopyOf(y)).Single(measure => measure.Name == "test-accuracy").Value;
        Assert.True(accuracy > 0.4, $"{accuracy} of the test rows are told; one in twenty would be by chance.");
    }
}

internal static class Words
{
    public const int Classes = 5;

    /// <summary>Few entries of each row are other than zero.</summary>
    public static ShardedData Sharded() => SmallData.Shard(Rows(24, 1), Rows(10, 2), 2);

    public static ShardedData Newsgroups()
    {
        LabelledData train = Read("train", null);
        return Sharding.Build(train, Read("test", train.ClassNames), new ShardingOptions(), 1, 1);
    }

    private static LabelledData Read(string part, IReadOnlyList<string>? names)
    {
        string path = $"20newsgroups/20news_w1000.{part}.svm.gz";
        using FileStream stream = RealData.Open(path);
        return LibSvmReader.Read(new DataSource("20newsgroups", path, stream), 1000, names);
    }

    private static LabelledData Rows(int rows, ulong seed)
    {
        SeededRandom random = new(seed, "words");
        float[] values = [.. Enumerable.Range(0, rows * 12).Select(_ => random.NextDouble() < 0.25 ? 1f + random.NextInt32(3) : 0f)];
        return new LabelledData("words", new DenseMatrix(values, 12), [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(Classes))], Classes);
    }
}
