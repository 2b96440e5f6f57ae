using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Tests.Graph.Acceptance;

/// <summary>Questions and answers of acceptance rules in tests.</summary>
internal static class Ask
{
    /// <summary>A question with candidates 0, 1, … of equal weight.</summary>
    public static AcceptanceQuestion About(FlatVector own, params FlatVector[] candidates) => new(
        own, [.. candidates.Select((values, j) => new Candidate(j, 1.0 / (candidates.Length + 1), values))], 0, NoLoss);

    /// <summary>Where the participant goes.</summary>
    public static FlatVector Result(this IAcceptance acceptance, in AcceptanceQuestion question) =>
        FlatVector.Combine(new Term(1, question.Own), new Term(1, acceptance.Combine(question).Pull));

    private static double NoLoss(FlatVector vector) => throw new NotSupportedException("This test has no losses.");
}
