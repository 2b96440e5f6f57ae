using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Benchmarks;

/// <summary>Steps of gradient descent on two small models, one thread; <c>bench/libtorch_steps.py</c> does the same with libtorch.</summary>
internal static class TrainingSteps
{
    private const double Seconds = 3;

    /// <summary>Measures and prints; takes about fifteen seconds.</summary>
    public static void Run(TextWriter output)
    {
        output.WriteLine($"{"step",-52} {"best µs",9} {"median µs",10}");
        Measure<float>(output, "softmax regression 784-10, batch 256", 256, 784, 10);
        Measure<double>(output, "softmax regression 784-10, batch 256", 256, 784, 10);
        Measure<float>(output, "perceptron 784-128-10, batch 64", 64, 784, 128, 10);
        Measure<double>(output, "perceptron 784-128-10, batch 64", 64, 784, 128, 10);
        Measure<double>(output, "perceptron, with a Hessian product", 64, true, 784, 128, 10);
    }

    private static void Measure<T>(TextWriter output, string name, int batch, params int[] widths)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Measure<T>(output, name, batch, false, widths);

    private static void Measure<T>(TextWriter output, string name, int batch, bool withProduct, params int[] widths)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Model<T> model = new(batch, widths, withProduct);
        List<double> seconds = [];
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds;)
        {
            long before = Stopwatch.GetTimestamp();
            model.Step();
            seconds.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        seconds.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name + ", " + typeof(T).Name,-52} {1e6 * seconds[0],9:F1} {1e6 * seconds[seconds.Count / 2],10:F1}"));
    }

    /// <summary>Layers with rectified units between them, and a cross entropy at the end.</summary>
    private sealed class Model<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tape<T> _tape = new();
        private readonly PinnedBuffer<T> _rows;
        private readonly int[] _labels;
        private readonly int[] _widths;
        private readonly int _batch;
        private readonly bool _withProduct;
        private readonly PinnedBuffer<T>[] _parameters;
        private readonly Tensor<T>[] _leaves;
        private readonly Tensor<T>[] _gradients;

        public Model(int batch, int[] widths, bool withProduct)
        {
            SeededRandom random = new(1, "training-steps");
            _batch = batch;
            _widths = widths;
            _withProduct = withProduct;
            _rows = Numbers(random, batch * widths[0], 1);
            _labels = [.. Enumerable.Range(0, batch).Select(_ => random.NextInt32(widths[^1]))];
            _parameters =
            [
                .. widths.Zip(widths.Skip(1)).SelectMany(
                    w => (PinnedBuffer<T>[])[Numbers(random, w.First * w.Second, 0.05), Numbers(random, w.Second, 0)]),
            ];
            _leaves = new Tensor<T>[_parameters.Length];
            _gradients = new Tensor<T>[_parameters.Length];
        }

        public void Step()
        {
            _tape.Reset();
            Tensor<T> loss = Loss();
            _tape.Gradients(loss, _leaves, _gradients);
            if (_withProduct)
            {
                Tensor<T> slope = _gradients[0].Dot(_leaves[0].Detach());
                for (int i = 1; i < _leaves.Length; i++)
                {
                    slope += _gradients[i].Dot(_leaves[i].Detach());
                }

                _tape.Gradients(slope, _leaves, _gradients);
            }

            T stepSize = T.CreateTruncating(0.01);
            for (int i = 0; i < _leaves.Length; i++)
            {
                (_leaves[i] - (stepSize * _gradients[i])).Values.CopyTo(_parameters[i].Span);
            }
        }

        private Tensor<T> Loss()
        {
            Tensor<T> x = _tape.Leaf(_rows, [_batch, _widths[0]]);
            for (int layer = 1; layer < _widths.Length; layer++)
            {
                int index = 2 * (layer - 1);
                _leaves[index] = _tape.Leaf(_parameters[index], [_widths[layer - 1], _widths[layer]]);
                _leaves[index + 1] = _tape.Leaf(_parameters[index + 1], [_widths[layer]]);
                x = Layers.Linear(layer == 1 ? x : x.Relu(), _leaves[index], _leaves[index + 1]);
            }

            return Losses.CrossEntropy(x, _tape.Indices(_labels));
        }

        private static PinnedBuffer<T> Numbers(SeededRandom random, int count, double deviation)
        {
            PinnedBuffer<T> buffer = new(count);
            foreach (ref T value in buffer.Span)
            {
                value = T.CreateTruncating(deviation * random.NextGaussian());
            }

            return buffer;
        }
    }
}
