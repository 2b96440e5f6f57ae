using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class LabelNoiseTests
{
    private static readonly LabelledData Data = new(
        "tens", new DenseMatrix(new float[300], 1), [.. Enumerable.Range(0, 300).Select(row => row % 10)], 10);

    private static readonly Shard First = new([.. Enumerable.Range(0, 101)], [.. Enumerable.Range(101, 49)]);
    private static readonly Shard Second = new([.. Enumerable.Range(150, 100)], [.. Enumerable.Range(250, 50)]);

    [Theory]
    [InlineData(0.0, LabelNoiseScope.TrainRows, 0, 0)]
    [InlineData(0.1, LabelNoiseScope.TrainRows, 10, 10)]
    [InlineData(0.29, LabelNoiseScope.TrainRows, 29, 29)]
    [InlineData(0.999, LabelNoiseScope.TrainRows, 100, 99)]
    [InlineData(1.0, LabelNoiseScope.TrainRows, 101, 100)]
    [InlineData(0.1, LabelNoiseScope.WholeShard, 15, 15)]
    [InlineData(1.0, LabelNoiseScope.WholeShard, 150, 150)]
    public void Makes_exactly_that_share_of_each_shard_wrong(double rate, LabelNoiseScope scope, int first, int second)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            LabelledData noisy = LabelNoise.Apply(Data, [First, Second], rate, scope, seed);

            Assert.Equal((first, second), (WrongIn(noisy, First), WrongIn(noisy, Second)));
            Assert.Equal(noisy.Labels.Select((label, row) => label != Data.Labels[row]), noisy.Corrupted);
            Assert.All(noisy.Labels, label => Assert.InRange(label, 0, 9));
        }
    }

    [Fact]
    public void Spares_the_validation_rows_unless_told_otherwise()
    {
        LabelledData noisy = LabelNoise.Apply(Data, [First, Second], 1, LabelNoiseScope.TrainRows, 1);

        Assert.DoesNotContain(First.ValidationRows, row => noisy.Corrupted[row]);
    }

    [Fact]
    public void Shifts_by_every_amount_but_none()
    {
        LabelledData noisy = LabelNoise.Apply(Data, [First, Second], 1, LabelNoiseScope.WholeShard, 1);

        int[] shifts = [.. noisy.Labels.Select((label, row) => (label - Data.Labels[row] + 10) % 10).Distinct().Order()];
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], shifts);
    }

    [Fact]
    public void Flips_the_label_of_two_classes()
    {
        LabelledData two = new("two", new DenseMatrix(new float[4], 1), [0, 1, 0, 1], 2);

        LabelledData noisy = LabelNoise.Apply(two, [new Shard([0, 1, 2, 3], [])], 1, LabelNoiseScope.TrainRows, 1);

        Assert.Equal<int>([1, 0, 1, 0], noisy.Labels);
    }

    [Fact]
    public void Gives_a_shard_the_same_noise_whatever_the_others_are()
    {
        LabelledData both = LabelNoise.Apply(Data, [First, Second], 0.5, LabelNoiseScope.TrainRows, 1);
        LabelledData alone = LabelNoise.Apply(Data, [First], 0.5, LabelNoiseScope.TrainRows, 1);

        Assert.Equal(First.TrainRows.Select(row => both.Labels[row]), First.TrainRows.Select(row => alone.Labels[row]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Rejects_a_rate_out_of_range(double rate) =>
        Assert.Throws<ArgumentException>(() => LabelNoise.Apply(Data, [First], rate, LabelNoiseScope.TrainRows, 1));

    [Fact]
    public void Rejects_labels_that_are_wrong_already()
    {
        LabelledData noisy = LabelNoise.Apply(Data, [First], 0.5, LabelNoiseScope.TrainRows, 1);

        Assert.Throws<ArgumentException>(() => LabelNoise.Apply(noisy, [First], 0.5, LabelNoiseScope.TrainRows, 1));
    }

    private static int WrongIn(LabelledData data, Shard shard) =>
        shard.TrainRows.Concat(shard.ValidationRows).Count(row => data.Corrupted[row]);
}
