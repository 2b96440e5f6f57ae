using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>
/// Leaves out the b largest and the b smallest candidates of every entry and goes to α s_i + (1 − α) times the mean of the others. With b as
/// large as can be, that is the median.
/// </summary>
/// <remarks>
/// Source: Yin, Chen, Ramchandran, Bartlett, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018.
/// With 2b or fewer candidates nothing would be left: then s_i stays.
/// </remarks>
public sealed class TrimmedMeanAcceptance : IAcceptance
{
    private readonly double _ownShare;
    private readonly int? _trimmed;

    private TrimmedMeanAcceptance(string name, double ownShare, int? trimmed) => (Name, _ownShare, _trimmed) = (name, ownShare, trimmed);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool NeedsLoss => false;

    /// <summary>The trimmed mean.</summary>
    /// <param name="ownShare">α; at least 0, less than 1.</param>
    /// <param name="attackers">b, attackers among the neighbours; at least 0.</param>
    public static TrimmedMeanAcceptance Of(double ownShare, int attackers) => new("trimmed-mean", ownShare, attackers);

    /// <summary>The median; of an even number of candidates, the mean of the two in the middle.</summary>
    /// <param name="ownShare">α; at least 0, less than 1.</param>
    public static TrimmedMeanAcceptance Median(double ownShare) => new("median", ownShare, null);

    /// <inheritdoc/>
    public int ToleratedAttackers(int neighbours) => Math.Min(_trimmed ?? int.MaxValue, Math.Max(0, (neighbours - 1) / 2));

    /// <inheritdoc/>
    public AcceptanceAnswer Combine(in AcceptanceQuestion question)
    {
        int count = question.Candidates.Count;
        int trimmed = _trimmed ?? (count - 1) / 2;
        if (count == 0 || count <= 2L * trimmed)
        {
            return new AcceptanceAnswer(FlatVector.Zeros(question.Own.Length), 0);
        }

        FlatVector pull = FlatVector.Create(question.Own.Length, (question.Own, question.Candidates, trimmed, _ownShare), static (pull, state) =>
        {
            (FlatVector own, IReadOnlyList<Candidate> candidates, int trimmed, double ownShare) = state;
            FlatVector[] vectors = [.. candidates.Select(candidate => candidate.Values)];
            double[] entries = new double[vectors.Length];
            for (int i = 0; i < pull.Length; i++)
            {
                for (int k = 0; k < vectors.Length; k++)
                {
                    entries[k] = vectors[k][i];
                }

                Array.Sort(entries);
                double sum = 0;
                foreach (double entry in entries.AsSpan(trimmed, entries.Length - (2 * trimmed)))
                {
                    sum += entry;
                }

                pull[i] = (1 - ownShare) * ((sum / (entries.Length - (2 * trimmed))) - own[i]);
            }
        });
        return new AcceptanceAnswer(pull, count);
    }
}
