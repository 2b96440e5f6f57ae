using System.Numerics;
using static ActorFed.Tensors.Tests.Naive;

namespace ActorFed.Tensors.Tests;

/// <summary>An operation to check: its inputs' shapes, how the core computes it, and how its definition does.</summary>
public sealed record OperationCase<T>(
    int[][] Shapes, Func<Tape<T>, Tensor<T>[], Tensor<T>> Function, Func<double[][], double[]> Naive, bool Positive = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Images = [2, 3, 5, 6];
    private static readonly int[] Filters = [4, 3, 3, 2];
    private static readonly int[] WideFilters = [2, 3, 5, 5];

    /// <summary>Every operation and layer, with shapes that fill no vector evenly.</summary>
    public static IReadOnlyDictionary<string, OperationCase<T>> All { get; } = new Dictionary<string, OperationCase<T>>
    {
        ["add"] = new([[3, 5], [3, 5]], (_, x) => x[0] + x[1], x => [.. x[0].Zip(x[1], (a, b) => a + b)]),
        ["add row"] = new([[3, 5], [5]], (_, x) => x[0] + x[1], x => Pairs(x, [3, 5], [5], [3, 5], (a, b) => a + b)),
        ["subtract column"] = new([[3, 5], [3, 1]], (_, x) => x[0] - x[1], x => Pairs(x, [3, 5], [3, 1], [3, 5], (a, b) => a - b)),
        ["multiply scalar"] = new([[], [3, 5]], (_, x) => x[0] * x[1], x => Pairs(x, [], [3, 5], [3, 5], (a, b) => a * b)),
        ["multiply outer"] = new([[4, 1], [1, 19]], (_, x) => x[0] * x[1], x => Pairs(x, [4, 1], [1, 19], [4, 19], (a, b) => a * b)),
        ["multiply middle"] = new(
            [[2, 1, 3], [2, 4, 1]], (_, x) => x[0] * x[1], x => Pairs(x, [2, 1, 3], [2, 4, 1], [2, 4, 3], (a, b) => a * b)),
        ["multiply self"] = new([[17]], (_, x) => x[0] * x[0], x => Map(x[0], a => a * a)),
        ["divide"] = new([[3, 5], [5]], (_, x) => x[0] / x[1], x => Pairs(x, [3, 5], [5], [3, 5], (a, b) => a / b), Positive: true),
        ["affine"] = new([[7]], (_, x) => N(3) - (N(2) * x[0]) + N(1) - N(0.5), x => Map(x[0], a => 3.5 - (2 * a))),
        ["negate"] = new([[7]], (_, x) => -x[0], x => Map(x[0], a => -a)),
        ["exp"] = new([[3, 7]], (_, x) => x[0].Exp(), x => Map(x[0], Math.Exp)),
        ["log"] = new([[3, 7]], (_, x) => x[0].Log(), x => Map(x[0], Math.Log), Positive: true),
        ["sqrt"] = new([[3, 7]], (_, x) => x[0].Sqrt(), x => Map(x[0], Math.Sqrt), Positive: true),
        ["reciprocal"] = new([[3, 7]], (_, x) => x[0].Reciprocal(), x => Map(x[0], a => 1 / a), Positive: true),
        ["square"] = new([[3, 7]], (_, x) => x[0].Square(), x => Map(x[0], a => a * a)),
        ["tanh"] = new([[3, 7]], (_, x) => x[0].Tanh(), x => Map(x[0], Math.Tanh)),
        ["sigmoid"] = new([[3, 7]], (_, x) => x[0].Sigmoid(), x => Map(x[0], a => 1 / (1 + Math.Exp(-a)))),
        ["softplus"] = new([[3, 7]], (_, x) => x[0].Softplus(), x => Map(x[0], a => Math.Log(1 + Math.Exp(a)))),
        ["relu"] = new([[3, 7]], (_, x) => x[0].Relu(), x => Map(x[0], a => Math.Max(a, 0))),
        ["relu cubed"] = new([[3, 7]], (_, x) => x[0].Relu().Square() * x[0], x => Map(x[0], a => Math.Pow(Math.Max(a, 0), 3))),
        ["sum"] = new([[4, 37]], (_, x) => x[0].Sum(), x => [x[0].Sum()]),
        ["sum first axis"] = new([[4, 19]], (_, x) => x[0].Sum(0), x => Sum(x[0], 1, 4, 19)),
        ["sum middle axis"] = new([[2, 3, 5]], (_, x) => x[0].Sum(1, keepAxis: true), x => Sum(x[0], 2, 3, 5)),
        ["mean last axis"] = new([[2, 3, 5]], (_, x) => x[0].Mean(-1), x => Map(Sum(x[0], 6, 5, 1), a => a / 5)),
        ["mean"] = new([[2, 3, 5]], (_, x) => x[0].Mean(), x => [x[0].Average()]),
        ["max middle axis"] = new([[2, 4, 5]], (_, x) => x[0].Max(1), x => Max(x[0], 2, 4, 5)),
        ["broadcast"] = new([[3, 1]], (_, x) => x[0].BroadcastTo([2, 3, 4]), x => Stretch(x[0], [3, 1], [2, 3, 4])),
        ["dot"] = new([[3, 7], [3, 7]], (_, x) => x[0].Dot(x[1]), x => [x[0].Zip(x[1], (a, b) => a * b).Sum()]),
        ["softmax"] = new([[3, 19]], (_, x) => x[0].Softmax(), x => Softmax(x[0], 19)),
        ["log softmax"] = new([[3, 19]], (_, x) => x[0].LogSoftmax(), x => Map(Softmax(x[0], 19), Math.Log)),
        ["reshape"] = new([[3, 4]], (_, x) => x[0].Reshape([2, 6]), x => x[0]),
        ["transpose"] = new([[2, 3, 5]], (_, x) => x[0].Transpose(), x => Transpose(x[0], 3, 5)),
        ["permute"] = new([[2, 3, 5]], (_, x) => x[0].Permute(2, 0, 1), x => Transpose(x[0], 6, 5)),
        ["slice rows"] = new([[5, 3]], (_, x) => x[0].Slice(0, 1, 3), x => x[0][3..12]),
        ["slice columns"] = new([[2, 5]], (_, x) => x[0].Slice(1, 2, 3), x => [.. x[0][2..5], .. x[0][7..10]]),
        ["embed"] = new([[2, 2]], (_, x) => x[0].Embed(1, 1, 3), x => [0, x[0][0], x[0][1], 0, x[0][2], x[0][3]]),
        ["concatenate"] = new([[2, 1], [2, 2]], (_, x) => x[0].Concatenate(x[1], 1), x => [x[0][0], .. x[1][..2], x[0][1], .. x[1][2..]]),
        ["gather"] = new([[3, 2]], (t, x) => x[0].Gather(t.Indices([2, 0, 2])), x => [.. x[0][4..6], .. x[0][0..2], .. x[0][4..6]]),
        ["scatter"] = new(
            [[3, 2]], (t, x) => x[0].ScatterAdd(t.Indices([1, 0, 1]), 3), x => [x[0][2], x[0][3], x[0][0] + x[0][4], x[0][1] + x[0][5], 0, 0]),
        ["matmul"] = new([[3, 4], [4, 5]], (_, x) => x[0].MatMul(x[1]), x => MatMul(x[0], x[1], 1, 3, 4, 5)),
        ["matmul left transposed"] = new(
            [[4, 3], [4, 5]], (_, x) => x[0].MatMul(x[1], transposeLeft: true), x => MatMul(x[0], x[1], 1, 3, 4, 5, true)),
        ["matmul right transposed"] = new(
            [[3, 4], [5, 4]], (_, x) => x[0].MatMul(x[1], transposeRight: true), x => MatMul(x[0], x[1], 1, 3, 4, 5, false, true)),
        ["matmul both transposed"] = new(
            [[4, 3], [5, 4]], (_, x) => x[0].MatMul(x[1], true, true), x => MatMul(x[0], x[1], 1, 3, 4, 5, true, true)),
        ["matmul batch"] = new([[2, 3, 4], [2, 4, 5]], (_, x) => x[0].MatMul(x[1]), x => MatMul(x[0], x[1], 2, 3, 4, 5)),
        ["matmul batch transposed"] = new(
            [[2, 4, 3], [2, 5, 4]], (_, x) => x[0].MatMul(x[1], true, true), x => MatMul(x[0], x[1], 2, 3, 4, 5, true, true)),
        ["matmul shared left"] = new([[3, 4], [2, 4, 5]], (_, x) => x[0].MatMul(x[1]), x => MatMul(x[0], x[1], 2, 3, 4, 5)),
        ["matmul shared left transposed"] = new(
            [[4, 3], [2, 5, 4]], (_, x) => x[0].MatMul(x[1], true, true), x => MatMul(x[0], x[1], 2, 3, 4, 5, true, true)),
        ["matmul shared right"] = new([[2, 3, 4], [4, 5]], (_, x) => x[0].MatMul(x[1]), x => MatMul(x[0], x[1], 2, 3, 4, 5)),
        ["matmul shared right transposed"] = new(
            [[2, 4, 3], [5, 4]], (_, x) => x[0].MatMul(x[1], true, true), x => MatMul(x[0], x[1], 2, 3, 4, 5, true, true)),
        ["matmul self"] = new([[4, 4]], (_, x) => x[0].MatMul(x[0]), x => MatMul(x[0], x[0], 1, 4, 4, 4)),
        ["matmul in blocks"] = new([[19, 18], [18, 17]], (_, x) => x[0].MatMul(x[1]), x => MatMul(x[0], x[1], 1, 19, 18, 17)),
        ["linear"] = new(
            [[2, 3, 4], [4, 5], [5]],
            (_, x) => Layers.Linear(x[0], x[1], x[2]),
            x => Pairs([MatMul(x[0], x[1], 2, 3, 4, 5), x[2]], [2, 3, 5], [5], [2, 3, 5], (a, b) => a + b)),
        ["convolution"] = new(
            [Images, Filters, [4]],
            (_, x) => Layers.Convolution(x[0], x[1], x[2]),
            x => Convolution(x[0], Images, x[1], Filters, x[2], 1, 0)),
        ["convolution padded, stride 2"] = new(
            [Images, Filters, [4]],
            (_, x) => Layers.Convolution(x[0], x[1], x[2], stride: 2, padding: 1),
            x => Convolution(x[0], Images, x[1], Filters, x[2], 2, 1)),
        ["convolution padded to the size of the image"] = new(
            [Images, WideFilters, [2]],
            (_, x) => Layers.Convolution(x[0], x[1], x[2], padding: 2),
            x => Convolution(x[0], Images, x[1], WideFilters, x[2], 1, 2)),
        ["max pooling"] = new(
            [Images], (_, x) => Layers.MaxPooling(x[0], new Window(2, 2, 2)), x => Pool(x[0], Images, 2, 2, 2, 0, Enumerable.Max)),
        ["average pooling"] = new(
            [Images], (_, x) => Layers.AveragePooling(x[0], new Window(2, 3, 1)), x => Pool(x[0], Images, 2, 3, 1, 0, Enumerable.Average)),
        ["average pooling, stride 2"] = new(
            [Images], (_, x) => Layers.AveragePooling(x[0], new Window(2, 2, 2)), x => Pool(x[0], Images, 2, 2, 2, 0, Enumerable.Average)),
        ["average pooling padded to the size of the image"] = new(
            [Images], (_, x) => Layers.AveragePooling(x[0], new Window(3, 3, 1, 1)), x => Pool(x[0], Images, 3, 3, 1, 1, Enumerable.Average)),
        ["average pooling padded, stride 3"] = new(
            [Images], (_, x) => Layers.AveragePooling(x[0], new Window(3, 3, 3, 1)), x => Pool(x[0], Images, 3, 3, 3, 1, Enumerable.Average)),
        ["layer norm"] = new(
            [[3, 7], [7], [7]], (_, x) => Layers.LayerNorm(x[0], x[1], x[2], N(0.125)), x => LayerNorm(x[0], x[1], x[2], 0.125)),
        ["embedding"] = new(
            [[4, 2]], (t, x) => Layers.Embedding(x[0], t.Indices([3, 3, 1])), x => [.. x[0][6..8], .. x[0][6..8], .. x[0][2..4]]),
        ["attention"] = new(
            [[2, 3, 4], [2, 5, 4], [2, 5, 3]],
            (_, x) => Layers.Attention(x[0], x[1], x[2]),
            x => MatMul(Softmax(Map(MatMul(x[0], x[1], 2, 3, 4, 5, false, true), a => a / 2), 5), x[2], 2, 3, 5, 3)),
        ["attention masked"] = new(
            [[2, 3, 4], [2, 5, 4], [2, 5, 3], [3, 5]],
            (_, x) => Layers.Attention(x[0], x[1], x[2], x[3]),
            x => MatMul(
                Softmax(Pairs([Map(MatMul(x[0], x[1], 2, 3, 4, 5, false, true), a => a / 2), x[3]], [2, 3, 5], [3, 5], [2, 3, 5], (a, b) => a + b), 5),
                x[2], 2, 3, 5, 3)),
        ["cross entropy per row"] = new(
            [[3, 4]],
            (t, x) => Losses.CrossEntropyPerRow(x[0], t.Indices([2, 0, 3])),
            x => [.. Softmax(x[0], 4).Chunk(4).Zip([2, 0, 3], (row, label) => -Math.Log(row[label]))]),
        ["cross entropy"] = new(
            [[3, 4]],
            (t, x) => Losses.CrossEntropy(x[0], t.Indices([2, 0, 3])),
            x => [Softmax(x[0], 4).Chunk(4).Zip([2, 0, 3], (row, label) => -Math.Log(row[label])).Average()]),
        ["squared error"] = new(
            [[3, 4], [3, 4]], (_, x) => Losses.SquaredError(x[0], x[1]), x => [x[0].Zip(x[1], (a, b) => (a - b) * (a - b)).Sum()]),
        ["smoothed absolutes"] = new(
            [[3, 4]], (_, x) => Losses.SmoothedAbsolutes(x[0], N(0.25)), x => [x[0].Sum(a => Math.Sqrt((a * a) + 0.25))]),
        ["perceptron"] = new(
            [[5, 4], [4, 6], [6], [6, 3], [3]],
            (t, x) => Losses.CrossEntropy(Layers.Linear(Layers.Linear(x[0], x[1], x[2]).Tanh(), x[3], x[4]), t.Indices([2, 0, 1, 1, 0])),
            x =>
            {
                double[] hidden = Map(Pairs([MatMul(x[0], x[1], 1, 5, 4, 6), x[2]], [5, 6], [6], [5, 6], (a, b) => a + b), Math.Tanh);
                double[] logits = Pairs([MatMul(hidden, x[3], 1, 5, 6, 3), x[4]], [5, 3], [3], [5, 3], (a, b) => a + b);
                return [Softmax(logits, 3).Chunk(3).Zip([2, 0, 1, 1, 0], (row, label) => -Math.Log(row[label])).Average()];
            }),
    };

    private static T N(double value) => T.CreateTruncating(value);

    private static double[] Pairs(double[][] x, int[] left, int[] right, int[] to, Func<double, double, double> f) =>
        [.. Stretch(x[0], left, to).Zip(Stretch(x[1], right, to), f)];
}
