using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class FeatureScalerTests
{
    // Columns: 2 to 6; constant; mean 0 and deviation 2.
    private static readonly DenseMatrix Train = new([2, 7, -2, 6, 7, 2, 4, 7, 2, 4, 7, -2], 3);

    [Fact]
    public void Maps_training_rows_to_0_and_1_and_a_constant_to_0()
    {
        FeatureScaler scaler = FeatureScaler.Fit(Train, FeatureScaling.MinMax);

        Assert.Equal([0, 0, 0, 1, 0, 1, 0.5f, 0, 1, 0.5f, 0, 0], scaler.Apply(Train).Values.ToArray());
        Assert.Equal([2, 0, 0.5f], scaler.Apply(new DenseMatrix([10, 99, 0], 3)).Values.ToArray());
    }

    [Fact]
    public void Maps_training_rows_to_mean_0_and_deviation_1()
    {
        FeatureScaler scaler = FeatureScaler.Fit(Train, FeatureScaling.Standardise);

        DenseMatrix scaled = scaler.Apply(Train);

        float deviation = MathF.Sqrt(2);
        Assert.Equal([-2 / deviation, 0, -1], TestFile.Row(scaled, 0));
        Assert.Equal([0, 0, -1], TestFile.Row(scaled, 3));
    }

    [Fact]
    public void Leaves_features_as_they_are()
    {
        Assert.Equal(Train.Values.ToArray(), FeatureScaler.Fit(Train, FeatureScaling.None).Apply(Train).Values.ToArray());
    }

    [Fact]
    public void Rejects_another_number_of_features()
    {
        FeatureScaler scaler = FeatureScaler.Fit(Train, FeatureScaling.MinMax);

        Assert.Throws<ArgumentException>(() => scaler.Apply(new DenseMatrix([1, 2], 2)));
    }

    [Fact]
    public void Rejects_a_set_without_rows() =>
        Assert.Throws<ArgumentException>(() => FeatureScaler.Fit(new DenseMatrix([], 3), FeatureScaling.MinMax));
}
