using Xunit;

namespace ActorFed.Tensors.Tests;

public sealed class ParameterLayoutTests
{
    private static readonly ParameterLayout Layout = new([2, 2], [], [3]);

    [Fact]
    public void Parameters_lie_one_after_the_other()
    {
        Tape<double> tape = new();
        Tensor<double>[] leaves = new Tensor<double>[3];
        double[] back = new double[8];

        Layout.Read(tape, [1, 2, 3, 4, 5, 6, 7, 8], leaves);
        Layout.Write<double>(leaves, back);

        Assert.Equal(8, Layout.Length);
        Assert.Equal([1, 2, 3, 4], leaves[0].Values.ToArray());
        Assert.Equal(5, leaves[1].Scalar);
        Assert.Equal([6, 7, 8], leaves[2].Values.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], back);
    }

    [Fact]
    public void The_inner_product_runs_over_all_parameters()
    {
        Tape<float> tape = new();
        Tensor<float>[] left = new Tensor<float>[3];
        Tensor<float>[] right = new Tensor<float>[3];
        Layout.Read(tape, [1, 2, 3, 4, 5, 6, 7, 8], left);
        Layout.Read(tape, [1, 1, 1, 1, 2, 0, 0, 10], right);

        Assert.Equal(100, Layout.Dot<float>(left, right).Scalar);
    }

    [Fact]
    public void What_does_not_match_is_refused()
    {
        Tape<double> tape = new();
        Tensor<double>[] leaves = new Tensor<double>[3];
        Tensor<double>[] wrong = [tape.Fill(1, [4]), tape.Fill(1, []), tape.Fill(1, [3])];

        Assert.Throws<ArgumentException>(() => Layout.Read(tape, new double[7], leaves));
        Assert.Throws<ArgumentException>(() => Layout.Read(tape, new double[8], new Tensor<double>[2]));
        Assert.Throws<ArgumentException>(() => Layout.Write<double>(wrong, new double[8]));
        Assert.Throws<ArgumentException>(() => Layout.Dot<double>(wrong, wrong));
        Assert.Throws<ArgumentException>(() => new ParameterLayout());
    }
}
