using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Numerics;

public sealed class FlatVectorTests
{
    [Fact]
    public void Compares_by_value()
    {
        FlatVector left = FlatVector.Of(1, 2, 3);
        FlatVector right = FlatVector.CopyOf([1, 2, 3]);

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.True(left.Equals((object)right));
    }

    [Theory]
    [InlineData(new double[] { 1, 2 })]
    [InlineData(new double[] { 1, 2, 4 })]
    [InlineData(new double[] { 1, 2, 3, 0 })]
    [InlineData(new double[0])]
    public void Differs_in_any_entry_or_in_length(double[] other)
    {
        FlatVector vector = FlatVector.Of(1, 2, 3);

        Assert.NotEqual(vector, FlatVector.CopyOf(other));
        Assert.False(vector.Equals(null));
        Assert.False(vector.Equals("[1, 2, 3]"));
    }

    [Fact]
    public void Takes_both_zeros_and_any_two_NaNs_as_equal()
    {
        FlatVector left = FlatVector.Of(0.0, double.NaN);
        FlatVector right = FlatVector.Of(-0.0, BitConverter.Int64BitsToDouble(0x7FF8000000000001));

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Fact]
    public void Differs_in_entries_that_the_hash_does_not_read()
    {
        FlatVector left = FlatVector.Create(20, values => values.Clear());
        FlatVector right = FlatVector.Create(20, values =>
        {
            values.Clear();
            values[19] = 1;
        });

        Assert.NotEqual(left, right);
    }

    [Fact]
    public void Keeps_no_tie_to_the_values_it_was_made_from()
    {
        double[] values = [1, 2];
        FlatVector vector = FlatVector.CopyOf(values);

        values[0] = 9;

        Assert.Equal(1, vector[0]);
    }

    [Fact]
    public void Creates_from_a_state_without_a_closure()
    {
        FlatVector vector = FlatVector.Create(3, 2.5, static (values, state) => values.Fill(state));

        Assert.Equal(FlatVector.Of(2.5, 2.5, 2.5), vector);
    }

    // Below, at and across the blocks that a combination is worked in.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5000)]
    public void Combines_as_its_naive_twin_does_bit_for_bit(int length)
    {
        SeededRandom random = new(1, "combine");
        double[] Draw() => [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
        double[] x = Draw();
        double[] y = Draw();
        double[] z = Draw();

        FlatVector combination = FlatVector.Combine(new Term(0.3, x), new Term(-1.7, FlatVector.CopyOf(y)), new Term(1e-3, z));

        for (int j = 0; j < length; j++)
        {
            Assert.Equal(Math.FusedMultiplyAdd(1e-3, z[j], Math.FusedMultiplyAdd(-1.7, y[j], 0.3 * x[j])), combination[j]);
        }

        Assert.Equal(length, combination.Length);
    }

    [Fact]
    public void Combines_equal_lengths_only_and_at_least_one_term()
    {
        FlatVector two = FlatVector.Zeros(2);

        Assert.Throws<ArgumentException>(() => FlatVector.Combine());
        Assert.Throws<ArgumentException>(() => FlatVector.Combine(new Term(1, two), new Term(1, FlatVector.Zeros(3))));
        Assert.Throws<ArgumentException>(() => FlatVector.Combine(new Term(1, FlatVector.Zeros(3)), new Term(1, two)));
    }

    [Fact]
    public void Has_one_empty_vector()
    {
        Assert.Same(FlatVector.Empty, FlatVector.Zeros(0));
        Assert.Same(FlatVector.Empty, FlatVector.CopyOf([]));
        Assert.Equal(0, FlatVector.Empty.Length);
    }

    [Fact]
    public void Prints_its_length_and_first_entries() =>
        Assert.Equal("[5: 1, 2.5, 3, 4, …]", FlatVector.Of(1, 2.5, 3, 4, 5).ToString());
}
