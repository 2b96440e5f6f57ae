using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The second part of a network: the mean cross entropy of activations, + decay ‖w‖². It has no data.</summary>
/// <param name="network">The network.</param>
/// <param name="classes">Its outputs.</param>
/// <param name="weightDecay">Factor of the squared norm of the part's parameters.</param>
internal sealed class SplitServerNetwork(SplitNetwork network, int classes, double weightDecay) : ISplitServerOracle
{
    private readonly Tape<float> _tape = new();
    private readonly Tensor<float>[] _inputs = new Tensor<float>[network.ServerLayout.Shapes.Length + 1]; // the parameters, then the activations
    private readonly Tensor<float>[] _gradients = new Tensor<float>[network.ServerLayout.Shapes.Length + 1];

    public int Length => network.ServerLayout.Length;

    public int ActivationLength => network.ActivationLength;

    public int Classes => classes;

    public double Loss(
        ReadOnlySpan<double> part, ReadOnlySpan<double> activations, ReadOnlySpan<double> targets, Span<double> gradient, Span<double> slopes)
    {
        OracleArguments.RequireLength(part.Length, Length, nameof(part));
        OracleArguments.RequireLength(activations.Length, targets.Length * ActivationLength, nameof(activations));
        OracleArguments.RequireLength(gradient.Length, Length, nameof(gradient));
        OracleArguments.RequireLength(slopes.Length, activations.Length, nameof(slopes));
        _tape.Reset();
        Span<Tensor<float>> parameters = _inputs.AsSpan(0, _inputs.Length - 1);
        network.ServerLayout.Read(_tape, part, parameters);
        _inputs[^1] = _tape.LeafFromDouble(activations, Shape.Create([targets.Length, ActivationLength]));
        int[] labels = new int[targets.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (int)targets[i];
        }

        Tensor<float> loss = Losses.CrossEntropy(network.Scores(parameters, _inputs[^1]), _tape.Indices(labels));
        _tape.Gradients(loss, _inputs, _gradients);
        network.ServerLayout.Write<float>(_gradients.AsSpan(0, _gradients.Length - 1), gradient);
        _gradients[^1].CopyTo(slopes);
        VectorMath.AddScaled(2 * weightDecay, part, gradient);
        return loss.Scalar + (weightDecay * VectorMath.SquaredNorm(part));
    }
}
