using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>BALANCE's rule: a neighbour's vector is believed when it is no farther from the own one than a share of the own one's norm.</summary>
/// <remarks>
/// Source: Fang et al., "Byzantine-Robust Decentralized Federated Learning", ACM CCS 2024, arXiv 2406.10416. The absolute
/// floor is our addition, for vectors that begin at zero.
/// </remarks>
public sealed record BalanceThreshold
{
    /// <summary>γ, the share in the first round; more than 0.</summary>
    public required double Gamma { get; init; }

    /// <summary>κ, how fast the share falls, to γ exp(−κ) in the last round; at least 0.</summary>
    public required double Kappa { get; init; }

    /// <summary>Distance that is always believed; at least 0.</summary>
    public double Floor { get; init; }

    /// <summary>What λ(t) = t/T is more than the progress: 0 counts rounds from 0, 1/T from 1.</summary>
    public double Offset { get; init; }

    /// <summary>max( γ exp(−κ λ) ‖s_i‖, floor ).</summary>
    /// <param name="own">s_i.</param>
    /// <param name="progress">Rounds made divided by rounds to make.</param>
    public double At(FlatVector own, double progress) =>
        Math.Max(Gamma * Math.Exp(-Kappa * (progress + Offset)) * VectorMath.Norm(own.Span), Floor);

    /// <summary>Positions of the candidates whose distance is at most the threshold, ascending.</summary>
    public List<int> Accepted(in AcceptanceQuestion question)
    {
        double threshold = At(question.Own, question.Progress);
        List<int> accepted = [];
        for (int k = 0; k < question.Candidates.Count; k++)
        {
            if (Math.Sqrt(VectorMath.SquaredDistance(question.Own.Span, question.Candidates[k].Values.Span)) <= threshold)
            {
                accepted.Add(k);
            }
        }

        return accepted;
    }
}
