using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>z = W x at clients, ½ (wᵀ z − y)² at the server, over rows drawn for each shard; targets are numbers, or two classes 0 and 1.</summary>
internal sealed class LinearSplit(int shards, int rows, int classes = 0) : ISplitProblem
{
    public const int Inputs = 3;
    public const int Width = 4;

    private readonly double[][][] _inputs =
        [.. Enumerable.Range(0, shards).Select(shard => Enumerable.Range(0, rows + shard).Select(row => Draw($"x-{shard}-{row}", Inputs)).ToArray())];

    /// <summary>The last parts asked for: <c>client</c>, <c>server</c>.</summary>
    public List<string> Asked { get; } = [];

    public int ShardCount => shards;

    public int Length => (Width * Inputs) + Width;

    public int ClientLength => Width * Inputs;

    public int ActivationLength => Width;

    public int Classes => classes;

    /// <summary>x of every row of a shard.</summary>
    public double[][] InputsOf(int shard) => _inputs[shard];

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => throw new NotSupportedException("Nobody trains the whole here.");

    public ISplitClientOracle CreateClient(int shard)
    {
        Asked.Add("client");
        return new Client(_inputs[shard], classes);
    }

    public ISplitServerOracle CreateServer()
    {
        Asked.Add("server");
        return new Server(classes);
    }

    public FlatVector Initial(SeededRandom random) => FlatVector.CopyOf(Draw("start", Length));

    public ImmutableArray<Measure> Evaluate(FlatVector point) => [];

    private static double[] Draw(string stream, int length)
    {
        SeededRandom random = new(11, stream);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
    }

    private sealed class Client(double[][] inputs, int classes) : ISplitClientOracle
    {
        public int Length => Width * Inputs;

        public int ActivationLength => Width;

        public int Classes => classes;

        public int RowCount => inputs.Length;

        public void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, Span<double> activations, Span<double> targets)
        {
            for (int i = 0; i < targets.Length; i++)
            {
                double[] x = inputs[rows.IsEmpty ? i : rows[i]];
                for (int k = 0; k < Width; k++)
                {
                    activations[(i * Width) + k] = VectorMath.Dot(part.Slice(k * Inputs, Inputs), x);
                }

                targets[i] = classes > 0 ? (x[0] > 0 ? 1 : 0) : x.Sum();
            }
        }

        public void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, ReadOnlySpan<double> slopes, Span<double> gradient)
        {
            gradient.Clear();
            for (int i = 0; i < slopes.Length; i++)
            {
                double[] x = inputs[rows.IsEmpty ? i / Width : rows[i / Width]];
                VectorMath.AddScaled(slopes[i], x, gradient.Slice(i % Width * Inputs, Inputs));
            }
        }
    }

    private sealed class Server(int classes) : ISplitServerOracle
    {
        public int Length => Width;

        public int ActivationLength => Width;

        public int Classes => classes;

        public double Loss(
            ReadOnlySpan<double> part, ReadOnlySpan<double> activations, ReadOnlySpan<double> targets, Span<double> gradient, Span<double> slopes)
        {
            double loss = 0;
            gradient.Clear();
            for (int i = 0; i < targets.Length; i++)
            {
                ReadOnlySpan<double> z = activations.Slice(i * Width, Width);
                double error = VectorMath.Dot(part, z) - targets[i];
                loss += 0.5 * error * error / targets.Length;
                VectorMath.AddScaled(error / targets.Length, z, gradient);
                VectorMath.Scale(error / targets.Length, part, slopes.Slice(i * Width, Width));
            }

            return loss;
        }
    }
}
