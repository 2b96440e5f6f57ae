using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>What does not fit together is refused, and the message names the shapes.</summary>
public sealed class OperationErrorTests
{
    private static readonly Dictionary<string, (Func<Tape<double>, Tensor<double>, Tensor<double>> Operation, string Message)> Wrong = new()
    {
        ["add"] = ((t, x) => x + t.Fill(1, [3]), "[2, 4] and [3] do not fit"),
        ["dot"] = ((t, x) => x.Dot(t.Fill(1, [4])), "[2, 4] and [4] have no inner product"),
        ["reshape"] = ((_, x) => x.Reshape([3, 3]), "[2, 4] cannot take the shape [3, 3]"),
        ["broadcast"] = ((_, x) => x.BroadcastTo([4]), "[2, 4] cannot be stretched to [4]"),
        ["sum to"] = ((_, x) => x.SumTo([3, 2, 4]), "[2, 4] cannot be summed to [3, 2, 4]"),
        ["axis"] = ((_, x) => x.Sum(2), "Axis 2 does not exist in the shape [2, 4]"),
        ["slice"] = ((_, x) => x.Slice(1, 3, 2), "Entries 3 to 4 along axis 1"),
        ["embed"] = ((_, x) => x.Embed(0, 2, 3), "[2, 4] does not fit into 3 entries from 2 on"),
        ["permute"] = ((_, x) => x.Permute(0, 0), "[0, 0] is no order"),
        ["transpose"] = ((_, x) => x.Reshape([8]).Transpose(), "[8] has no two axes"),
        ["matmul inner"] = ((_, x) => x.MatMul(x), "no matrix product of [2, 4] and [2, 4]"),
        ["matmul transposed"] = ((t, x) => x.MatMul(t.Fill(1, [4, 2]), transposeRight: true), "[4, 2] transposed"),
        ["matmul batch"] = ((t, x) => x.Reshape([2, 2, 2]).MatMul(t.Fill(1, [3, 2, 2])), "leading extents"),
        ["matmul vector"] = ((t, x) => x.MatMul(t.Fill(1, [4])), "no matrix product of [2, 4] and [4]"),
        ["gather"] = ((t, x) => x.Gather(t.Indices([1, 2])), "Row number 1 is 2; there are 2 rows"),
        ["gather from cube"] = ((t, x) => x.Reshape([2, 2, 2]).Gather(t.Indices([0])), "[2, 2, 2] is none"),
        ["scatter"] = ((t, x) => x.ScatterAdd(t.Indices([0]), 3), "1 row numbers were given for a matrix of shape [2, 4]"),
        ["negative row"] = ((t, x) => x.Gather(t.Indices([-1])), "Row number 0 is -1"),
        ["label"] = ((t, x) => Losses.CrossEntropy(x, t.Indices([0, 4])), "The label of row 1 is 4; there are 4 classes"),
        ["labels"] = ((t, x) => Losses.CrossEntropy(x, t.Indices([0])), "1 labels were given for logits of shape [2, 4]"),
        ["unfold"] = ((_, x) => x.Unfold(new Window(1, 1)), "[2, 4] is none"),
        ["window"] = ((_, x) => x.Reshape([1, 1, 2, 4]).Unfold(new Window(3, 3)), "does not fit into 2 entries"),
        ["stride"] = ((_, x) => x.Reshape([1, 1, 2, 4]).Unfold(new Window(1, 1, 0)), "stride must be at least 1"),
        ["fold"] = ((_, x) => x.Reshape([1, 4, 2]).Fold(new Window(2, 2), [1, 1, 3, 3]), "must have the shape [1, 4, 4]"),
        ["pooling"] = ((_, x) => Layers.MaxPooling(x.Reshape([1, 1, 2, 4]), new Window(2, 2, 1, 1)), "has padding"),
        ["filters"] = ((t, x) => Layers.Convolution(x.Reshape([1, 2, 2, 2]), t.Fill(1, [1, 1, 2, 2]), t.Fill(0, [1])), "equal channels"),
        ["scalar"] = ((_, x) => x * x.Scalar, "[2, 4] has no single value"),
    };

    public static TheoryData<string> Names() => [.. Wrong.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Is_refused_with_a_message_that_names_the_shapes(string name)
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Fill(1, [2, 4]);

        Exception thrown = Assert.ThrowsAny<Exception>(() => Wrong[name].Operation(tape, x));

        Assert.True(thrown is ArgumentException or InvalidOperationException, thrown.ToString());
        Assert.Contains(Wrong[name].Message, thrown.Message, StringComparison.Ordinal);
    }
}
