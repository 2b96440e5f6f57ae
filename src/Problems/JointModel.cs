using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The networks of <see cref="JointTraining"/>: a representation, and two linear layers on top of it.</summary>
/// <remarks>Levels are given as (φ) and (θ, η).</remarks>
internal sealed class JointModel
{
    private readonly MlpModel _encoder;
    private readonly MlpModel _decoder;
    private readonly MlpModel _head;

    /// <summary>Networks of these widths.</summary>
    /// <param name="features">Inputs.</param>
    /// <param name="first">Units of a first layer, or null.</param>
    /// <param name="hidden">Outputs of the representation.</param>
    /// <param name="classes">Outputs of the head.</param>
    public JointModel(int features, int? first, int hidden, int classes)
    {
        _encoder = first is int units ? new(features, units, hidden) : new(features, hidden);
        (_decoder, _head) = (new(hidden, features), new(hidden, classes));
        Lower = new ParameterLayout([.. _encoder.Layout.Shapes, .. _decoder.Layout.Shapes]);
    }

    /// <summary>θ.</summary>
    public ParameterLayout Encoder => _encoder.Layout;

    /// <summary>φ.</summary>
    public ParameterLayout Head => _head.Layout;

    /// <summary>θ, then η.</summary>
    public ParameterLayout Lower { get; }

    /// <summary>The scores of classes before the softmax, [rows, classes].</summary>
    /// <param name="levels">(φ) and (θ, η).</param>
    /// <param name="features">[rows, features].</param>
    public Tensor<float> Scores(Levels<float> levels, Tensor<float> features) => _head.Output(levels[0], Represent(levels, features));

    /// <summary>The mean squared error of the features made again from the representation.</summary>
    /// <param name="levels">(φ) and (θ, η).</param>
    /// <param name="features">[rows, features].</param>
    public Tensor<float> Reconstruction(Levels<float> levels, Tensor<float> features) =>
        (_decoder.Output(levels[1][_encoder.Layout.Shapes.Length..], Represent(levels, features)) - features).Square().Mean();

    /// <summary>A first φ.</summary>
    public FlatVector DrawHead(SeededRandom random) => _head.Draw(random);

    /// <summary>A first (θ, η).</summary>
    public FlatVector DrawLower(SeededRandom random)
    {
        FlatVector encoder = _encoder.Draw(random);
        FlatVector decoder = _decoder.Draw(random);
        return FlatVector.CopyOf([.. encoder.Span, .. decoder.Span]);
    }

    private Tensor<float> Represent(Levels<float> levels, Tensor<float> features) => _encoder.Output(levels[1], features).Tanh();
}
