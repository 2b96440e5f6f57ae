using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>What a neighbour sent, as a candidate for the combination.</summary>
/// <param name="Neighbour">Its index.</param>
/// <param name="Weight">w_ij; more than 0.</param>
/// <param name="Values">s_j; of the own vector's length, all finite.</param>
public readonly record struct Candidate(int Neighbour, double Weight, FlatVector Values);

/// <summary>What an acceptance rule is asked.</summary>
/// <param name="Own">s_i.</param>
/// <param name="Candidates">What the neighbours sent, ascending by neighbour; may be empty.</param>
/// <param name="Progress">Rounds made divided by rounds to make; in [0, 1].</param>
/// <param name="Loss">The participant's loss at a vector; throws <see cref="NotSupportedException"/> where the algorithm has none.</param>
public readonly record struct AcceptanceQuestion(
    FlatVector Own, IReadOnlyList<Candidate> Candidates, double Progress, Func<FlatVector, double> Loss);

/// <summary>What an acceptance rule answers.</summary>
/// <param name="Pull">What is added to s_i; of its length.</param>
/// <param name="Accepted">Candidates that entered, where the rule picks whole vectors; else all of them.</param>
public readonly record struct AcceptanceAnswer(FlatVector Pull, int Accepted);

/// <summary>How a participant combines what its neighbours sent with its own vector when some of them may lie.</summary>
/// <remarks>Holds no state: equal questions have equal answers.</remarks>
public interface IAcceptance
{
    /// <summary>Its name in experiments.</summary>
    string Name { get; }

    /// <summary>Whether it asks for losses.</summary>
    bool NeedsLoss { get; }

    /// <summary>Most attackers among <paramref name="neighbours"/> neighbours that it is made for; at least 0. Mixing by weight is made for none.</summary>
    int ToleratedAttackers(int neighbours);

    /// <summary>Combines. No candidates give a pull of zeros.</summary>
    AcceptanceAnswer Combine(in AcceptanceQuestion question);
}
