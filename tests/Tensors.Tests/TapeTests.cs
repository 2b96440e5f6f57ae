using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Tensors.Tests;

public sealed class TapeTests
{
    // Made once: code that is not optimised yet would allocate for the literals.
    private static readonly int[] Labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    private static readonly Shape Weights = [40, 30];
    private static readonly Shape Rows = [16, 40];

    [Fact]
    public void Equal_steps_allocate_in_the_first_one_only()
    {
        Tape<double> tape = new();
        double[] weights = [.. Enumerable.Range(0, 40 * 30).Select(i => Math.Sin(i))];
        double[] product = new double[weights.Length];
        Step(tape, weights, product);
        Step(tape, weights, product);
        long capacity = tape.CapacityBytes;

        long allocated = Allocated.Fewest(() =>
        {
            for (int step = 0; step < 20; step++)
            {
                Step(tape, weights, product);
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(capacity, tape.CapacityBytes);
    }

    [Fact]
    public void A_tensor_from_before_a_reset_is_refused_everywhere()
    {
        Tape<double> tape = new();
        Tensor<double> old = tape.Leaf([1, 2], [2]);
        Indices rows = tape.Indices([0]);
        tape.Reset();
        Tensor<double> young = tape.Leaf([3, 4], [2]);
        Tensor<double> loss = young.Sum();

        Assert.Contains("before its tape was reset", Assert.Throws<InvalidOperationException>(() => old.Values.Length).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => old.Exp());
        Assert.Throws<InvalidOperationException>(() => young + old);
        Assert.Throws<InvalidOperationException>(() => tape.Gradient(loss, old));
        Assert.Throws<InvalidOperationException>(() => tape.Gradient(old, young));
        Assert.Throws<InvalidOperationException>(() => young.Reshape([2, 1]).Gather(rows));
    }

    [Fact]
    public void The_gradient_of_what_is_no_scalar_is_refused()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([1, 2], [2]);

        ArgumentException thrown = Assert.Throws<ArgumentException>(() => tape.Gradient(x * x, x));

        Assert.Contains("[2]; it must be a scalar", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_two_tapes_do_not_mix()
    {
        Tensor<double> x = new Tape<double>().Leaf([1], []);
        Tensor<double> y = new Tape<double>().Leaf([2], []);

        Assert.Throws<ArgumentException>(() => x + y);
        Assert.Throws<ArgumentException>(() => x.Tape.Gradient(x, y));
    }

    [Fact]
    public void A_tensor_that_was_never_assigned_says_so() =>
        Assert.Contains("never assigned", Assert.Throws<InvalidOperationException>(() => default(Tensor<double>).Exp()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_right_operand_that_was_never_assigned_says_so() => Assert.Contains(
        "never assigned",
        Assert.Throws<InvalidOperationException>(() => new Tape<double>().Leaf([1], []) + default(Tensor<double>)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Only_float_and_double_are_supported() => Assert.Throws<NotSupportedException>(() => new Tape<Half>());

    [Fact]
    public void A_leaf_needs_as_many_values_as_its_shape_has() =>
        Assert.Throws<ArgumentException>(() => new Tape<double>().Leaf([1, 2, 3], [2]));

    [Fact]
    public void A_leaf_on_a_buffer_reads_what_lies_there()
    {
        PinnedBuffer<double> buffer = new(3);
        buffer.Span[1] = 5;
        Tape<double> tape = new();

        Tensor<double> x = tape.Leaf(buffer, [3]);

        Assert.Equal([0, 10, 0], (x * 2).Values.ToArray());
    }

    /// <summary>Behind the number lies much less memory than the shape has entries: whoever read on would fall off its end.</summary>
    [Fact]
    public void A_number_stretched_to_a_large_shape_is_read_once()
    {
        Tape<float> tape = new();

        Tensor<float> stretched = tape.Fill(0.5f, []).BroadcastTo([1 << 12, 1 << 13]);

        Assert.Equal(0.5f, stretched.Values[0]);
        Assert.Equal(-1, stretched.Values.IndexOfAnyExcept(0.5f));
    }

    [Fact]
    public void The_gradient_in_what_does_not_matter_is_zero()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([1, 2], [2]);
        Tensor<double> y = tape.Leaf([3, 4], [2]);
        Tensor<double> loss = x.Sum();
        Tensor<double> later = tape.Leaf([5], []);
        Tensor<double>[] gradients = new Tensor<double>[3];

        tape.Gradients(loss, [x, y, later], gradients);

        Assert.Equal([1, 1], gradients[0].Values.ToArray());
        Assert.Equal([0, 0], gradients[1].Values.ToArray());
        Assert.Equal([0], gradients[2].Values.ToArray());
    }

    [Fact]
    public void A_detached_tensor_is_taken_as_constant()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([3], []);

        Tensor<double> gradient = tape.Gradient(x * x.Detach(), x);

        Assert.Equal(3, gradient.Scalar);
    }

    [Fact]
    public void The_gradient_in_a_result_holds_what_flows_through_it()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([3], []);
        Tensor<double> square = x * x;
        Tensor<double>[] gradients = new Tensor<double>[2];

        tape.Gradients(square * 5, [square, x], gradients);

        Assert.Equal([5, 30], gradients.Select(g => g.Scalar));
    }

    [Fact]
    public void Several_outputs_are_pulled_back_together()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([3, 4], [2]);
        Tensor<double>[] products = new Tensor<double>[1];

        tape.VectorJacobianProduct(
            [x * x, x.Sum()], [tape.Leaf([1, 10], [2]), tape.Leaf([100], [])], [x], products);

        Assert.Equal([106, 180], products[0].Values.ToArray());
    }

    [Fact]
    public void A_vector_must_have_the_shape_of_its_output()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([3, 4], [2]);
        Tensor<double>[] products = new Tensor<double>[1];

        Assert.Throws<ArgumentException>(() => tape.VectorJacobianProduct(x, x.Sum(), [x], products));
        Assert.Throws<ArgumentException>(() => tape.VectorJacobianProduct(x, x, [], products));
    }

    /// <summary>A product with the Hessian of a network's loss: forward, backward, and backward through the backward pass.</summary>
    private static void Step(Tape<double> tape, double[] weights, double[] product)
    {
        tape.Reset();
        Tensor<double> w = tape.Leaf(weights, Weights);
        Tensor<double> x = tape.Leaf(Rows, out Span<double> values);
        values.Fill(0.25);
        Indices labels = tape.Indices(Labels);
        Tensor<double> loss = Losses.CrossEntropy(x.MatMul(w).Tanh().Square(), labels);
        Tensor<double> gradient = tape.Gradient(loss, w);
        tape.Gradient(gradient.Dot(w.Detach()), w).CopyTo(product);
    }
}
