using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>What an attacker knows when it sends.</summary>
/// <param name="Honest">What it would send if it were honest.</param>
/// <param name="Before">What it sent, honestly, in the same stream of the round before; zeros in the first.</param>
/// <param name="Benign">What its honest neighbours sent in this exchange, ascending; empty unless the attack waits for them.</param>
/// <param name="Victim">The vector of the neighbour it sends to, where that is honest and the attack waits; else null.</param>
/// <param name="Progress">Rounds made divided by rounds to make; in [0, 1].</param>
/// <param name="Random">A stream of this vector's and this victim's own.</param>
public readonly record struct AttackQuestion(
    FlatVector Honest, FlatVector Before, IReadOnlyList<Candidate> Benign, FlatVector? Victim, double Progress, SeededRandom Random);

/// <summary>What a malicious participant sends to honest ones in place of the truth. It trains honestly, perhaps on poisoned data.</summary>
/// <remarks>
/// Attackers send each other what they would send if they were honest: what they forge is made of that, and forged vectors that feed on
/// forged vectors soon are no numbers any more. Holds no state: equal questions have equal answers.
/// </remarks>
public interface IAttack
{
    /// <summary>Its name in experiments.</summary>
    string Name { get; }

    /// <summary>Whether it waits for what its honest neighbours send before it sends.</summary>
    bool WaitsForBenign { get; }

    /// <summary>Whether all its neighbours are sent the same: the answer then depends neither on the victim nor on the random stream.</summary>
    bool SendsAllTheSame { get; }

    /// <summary>What is done to the attacker's data.</summary>
    DataPoisoning Poisoning { get; }

    /// <summary>The vector to send; of the honest one's length.</summary>
    FlatVector Forge(in AttackQuestion question);
}
