using System.Numerics;

namespace ActorFed.Tensors;

/// <summary>Losses, made of the operations of <see cref="Tensor{T}"/>.</summary>
public static class Losses
{
    /// <summary>−log softmax(logits)_label for each row.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One class number per row.</param>
    /// <returns>[rows].</returns>
    public static Tensor<T> CrossEntropyPerRow<T>(Tensor<T> logits, Indices labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = logits.Shape;
        if (shape.Rank != 2 || shape[0] != labels.Count)
        {
            throw new ArgumentException($"{labels.Count} labels were given for logits of shape {shape}; there must be one per row of a matrix.");
        }

        int classes = shape[1];
        Tape<T> tape = logits.Owner;
        ReadOnlySpan<int> numbers = tape.IndexSpan(labels);
        Indices entries = tape.NewIndices(labels.Count);
        Span<int> positions = tape.IndexSpan(entries);
        for (int row = 0; row < positions.Length; row++)
        {
            positions[row] = (uint)numbers[row] < (uint)classes
                ? (row * classes) + numbers[row]
                : throw new ArgumentOutOfRangeException(
                    nameof(labels), $"The label of row {row} is {numbers[row]}; there are {classes} classes, numbered from 0.");
        }

        return -logits.LogSoftmax().Reshape([shape.Count, 1]).Gather(entries).Reshape([shape[0]]);
    }

    /// <summary>The mean over the rows of <see cref="CrossEntropyPerRow"/>.</summary>
    public static Tensor<T> CrossEntropy<T>(Tensor<T> logits, Indices labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CrossEntropyPerRow(logits, labels).Mean();

    /// <summary>Σ (x − target)².</summary>
    public static Tensor<T> SquaredError<T>(Tensor<T> x, Tensor<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (x - target).Square().Sum();

    /// <summary>Σ √(x² + ε), a differentiable stand-in for Σ |x|.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="epsilon">ε, above 0.</param>
    public static Tensor<T> SmoothedAbsolutes<T>(Tensor<T> x, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (x.Square() + epsilon).Sqrt().Sum();
}
