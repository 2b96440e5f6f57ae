using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Sends independent normal entries of mean 0, anew to every neighbour.</summary>
/// <param name="deviation">Their standard deviation; more than 0.</param>
/// <remarks>Source: Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017.</remarks>
public sealed class GaussianAttack(double deviation) : IAttack
{
    /// <inheritdoc/>
    public string Name => "gaussian";

    /// <inheritdoc/>
    public bool WaitsForBenign => false;

    /// <inheritdoc/>
    public bool SendsAllTheSame => false;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question) =>
        FlatVector.Create(question.Honest.Length, (question.Random, deviation), static (forged, state) =>
        {
            for (int i = 0; i < forged.Length; i++)
            {
                forged[i] = state.deviation * state.Random.NextGaussian();
            }
        });
}
