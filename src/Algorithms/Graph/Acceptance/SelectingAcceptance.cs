using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>Picks candidates and goes to α s_i + (1 − α) times their mean; where none is picked, s_i stays.</summary>
/// <param name="ownShare">α; at least 0, less than 1.</param>
public abstract class SelectingAcceptance(double ownShare) : IAcceptance
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual bool NeedsLoss => false;

    /// <inheritdoc/>
    public abstract int ToleratedAttackers(int neighbours);

    /// <inheritdoc/>
    public AcceptanceAnswer Combine(in AcceptanceQuestion question)
    {
        IReadOnlyList<int> selected = Select(question);
        return new AcceptanceAnswer(Pull(question, selected), selected.Count);
    }

    /// <summary>Positions of the candidates that enter.</summary>
    protected abstract IReadOnlyList<int> Select(in AcceptanceQuestion question);

    private FlatVector Pull(in AcceptanceQuestion question, IReadOnlyList<int> selected)
    {
        if (selected.Count == 0)
        {
            return FlatVector.Zeros(question.Own.Length);
        }

        Term[] terms = new Term[selected.Count + 1];
        for (int k = 0; k < selected.Count; k++)
        {
            terms[k] = new Term((1 - ownShare) / selected.Count, question.Candidates[selected[k]].Values);
        }

        terms[^1] = new Term(ownShare - 1, question.Own);
        return FlatVector.Combine(terms);
    }
}
