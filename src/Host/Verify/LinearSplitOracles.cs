using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>A linear client's part, z = W x, in double. Keeps what it was asked last.</summary>
/// <param name="rows">x of every row.</param>
/// <param name="targets">y of every row.</param>
/// <param name="activationLength">d.</param>
internal sealed class LinearSplitClient(double[][] rows, double[] targets, int activationLength) : ISplitClientOracle
{
    public int Length => activationLength * rows[0].Length;

    public int ActivationLength => activationLength;

    public int Classes => 0;

    public int RowCount => rows.Length;

    /// <summary>z, as it was computed last.</summary>
    public double[] Activations { get; private set; } = [];

    /// <summary>What the part was differentiated along last.</summary>
    public double[] Slopes { get; private set; } = [];

    /// <summary>What came of it.</summary>
    public double[] Gradient { get; private set; } = [];

    /// <summary>The clients of a file, with fields <c>X</c>, <c>Y</c> and <c>Wc0</c>.</summary>
    public static LinearSplitClient[] ReadAll(JsonElement file) =>
    [
        .. file.Field("X").EnumerateArray().Zip(file.Field("Y").EnumerateArray(), (x, y) => new LinearSplitClient(
            [.. x.EnumerateArray().Select(row => row.Doubles())], y.Doubles(), file.Field("Wc0").GetArrayLength())),
    ];

    public void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> chosen, Span<double> activations, Span<double> answers)
    {
        RequireAll(chosen);
        for (int k = 0; k < activations.Length; k++)
        {
            double[] row = rows[k / activationLength];
            activations[k] = VectorMath.Dot(part.Slice(k % activationLength * row.Length, row.Length), row);
        }

        targets.CopyTo(answers);
        Activations = activations.ToArray();
    }

    public void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> chosen, ReadOnlySpan<double> slopes, Span<double> gradient)
    {
        RequireAll(chosen);
        gradient.Clear();
        for (int k = 0; k < slopes.Length; k++)
        {
            double[] row = rows[k / activationLength];
            VectorMath.AddScaled(slopes[k], row, gradient.Slice(k % activationLength * row.Length, row.Length));
        }

        (Slopes, Gradient) = (slopes.ToArray(), gradient.ToArray());
    }

    private static void RequireAll(ReadOnlySpan<int> chosen)
    {
        if (!chosen.IsEmpty)
        {
            throw new NotSupportedException("Vector files have full batches.");
        }
    }
}

/// <summary>A linear server's part: the mean of ½ (wᵀ z − y)², in double. Keeps what it was asked.</summary>
/// <param name="activationLength">d.</param>
internal sealed class LinearSplitServer(int activationLength) : ISplitServerOracle
{
    public int Length => activationLength;

    public int ActivationLength => activationLength;

    public int Classes => 0;

    /// <summary>Losses and their derivatives in the activations, in the order in which they were asked for.</summary>
    public List<(double Loss, double[] Slopes)> Queries { get; } = [];

    public double Loss(
        ReadOnlySpan<double> part, ReadOnlySpan<double> activations, ReadOnlySpan<double> targets, Span<double> gradient, Span<double> slopes)
    {
        double loss = 0;
        gradient.Clear();
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<double> z = activations.Slice(row * activationLength, activationLength);
            double error = (VectorMath.Dot(part, z) - targets[row]) / targets.Length;
            loss += 0.5 * error * error * targets.Length;
            VectorMath.AddScaled(error, z, gradient);
            VectorMath.Scale(error, part, slopes.Slice(row * activationLength, activationLength));
        }

        Queries.Add((loss, slopes.ToArray()));
        return loss;
    }
}

/// <summary>A client's part whose activations are given and do not depend on it. Keeps what it was asked last.</summary>
/// <param name="activations">z, row by row.</param>
/// <param name="rowCount">B.</param>
internal sealed class GivenActivations(double[] activations, int rowCount) : ISplitClientOracle
{
    public int Length => 1;

    public int ActivationLength => activations.Length / rowCount;

    public int Classes => 0;

    public int RowCount => rowCount;

    /// <summary>What the part was differentiated along last.</summary>
    public double[] Slopes { get; private set; } = [];

    public void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, Span<double> z, Span<double> targets)
    {
        activations.CopyTo(z);
        targets.Clear();
    }

    public void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, ReadOnlySpan<double> slopes, Span<double> gradient)
    {
        Slopes = slopes.ToArray();
        gradient.Clear();
    }
}
