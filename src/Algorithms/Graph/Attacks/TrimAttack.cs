using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Sends entries just outside the benign range, on the side that the trend leaves.</summary>
/// <remarks>
/// Source: Fang, Cao, Jia, Gong, "Local Model Poisoning Attacks to Byzantine-Robust Federated Learning", USENIX Security 2020, with b = 2.
/// An entry without a trend is sent as it is.
/// </remarks>
public sealed class TrimAttack : IAttack
{
    private const double Beyond = 2;

    /// <inheritdoc/>
    public string Name => "trim";

    /// <inheritdoc/>
    public bool WaitsForBenign => true;

    /// <inheritdoc/>
    public bool SendsAllTheSame => false;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question)
    {
        FlatVector[] benign = BenignVectors.Of(question);
        FlatVector trend = BenignVectors.Trend(question, benign);
        return FlatVector.Create(trend.Length, (benign, trend, question.Random), static (forged, state) =>
        {
            for (int i = 0; i < forged.Length; i++)
            {
                double smallest = state.benign[0][i];
                double largest = smallest;
                foreach (FlatVector vector in state.benign)
                {
                    smallest = Math.Min(smallest, vector[i]);
                    largest = Math.Max(largest, vector[i]);
                }

                double uniform = state.Random.NextDouble();
                forged[i] = state.trend[i] switch
                {
                    < 0 => Between(largest, largest > 0 ? largest * Beyond : largest / Beyond, uniform),
                    > 0 => Between(smallest, smallest > 0 ? smallest / Beyond : smallest * Beyond, uniform),
                    _ => state.benign[0][i],
                };
            }
        });
    }

    private static double Between(double near, double far, double uniform) => near + (uniform * (far - near));
}
