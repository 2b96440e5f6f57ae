using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class MlpModelTests
{
    [Fact]
    public void Is_linear_layers_with_tanh_between()
    {
        MlpModel model = new(2, 1, 1);
        Levels<double> levels = new([model.Layout]);
        levels.Begin();
        levels.Read(0, [1, 2, 0.5, 3, -1]);

        Tensor<double> output = model.Output(levels[0], levels.Tape.Leaf([0.25, -0.5], [1, 2]));

        Assert.Equal((3 * Math.Tanh(0.25 - 1 + 0.5)) - 1, output.Scalar, 1e-15);
    }

    [Fact]
    public void Draws_weights_by_their_inputs_and_no_biases()
    {
        MlpModel model = new(100, 50, 1);

        double[] drawn = model.Draw(new SeededRandom(1, "w")).Span.ToArray();

        double variance = drawn[..5000].Average(w => w * w);
        Assert.Equal(0.01, variance, 0.001); // of 5000 draws; their standard error is 0.0002
        Assert.All(drawn[5000..5050], bias => Assert.Equal(0, bias));
        Assert.Equal(0, drawn[^1]);
    }

    [Fact]
    public void Needs_inputs_and_outputs() => Assert.Throws<ArgumentException>(() => new MlpModel(3));
}
