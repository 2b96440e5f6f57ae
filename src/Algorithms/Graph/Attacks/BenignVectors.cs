using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>What an attacker knows of the honest course.</summary>
internal static class BenignVectors
{
    /// <summary>The attacker's own honest vector, then those of its honest neighbours.</summary>
    public static FlatVector[] Of(in AttackQuestion question) => [question.Honest, .. question.Benign.Select(candidate => candidate.Values)];

    /// <summary>s: the sign of each entry's change, from the attacker's honest vector of the round before to the mean of the benign ones.</summary>
    public static FlatVector Trend(in AttackQuestion question, FlatVector[] benign)
    {
        Term[] terms = [.. benign.Select(vector => new Term(1.0 / benign.Length, vector)), new Term(-1, question.Before)];
        return FlatVector.Create(question.Honest.Length, terms, static (trend, terms) =>
        {
            VectorMath.Combine(terms, trend);
            for (int i = 0; i < trend.Length; i++)
            {
                trend[i] = Math.Sign(trend[i]);
            }
        });
    }
}
