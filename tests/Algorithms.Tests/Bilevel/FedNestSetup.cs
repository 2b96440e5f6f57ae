using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>Small settings of FedNest in which every kind of stage occurs.</summary>
internal static class FedNestSetup
{
    public const int Workers = 3;
    public const int N = 2;
    public const int M = 3;

    /// <summary>Two lower rounds of three steps, four terms, two upper steps.</summary>
    public static FedNestOptions AllStages { get; } = new()
    {
        LowerRounds = 2,
        LowerLocalSteps = 3,
        StepLower = 0.2,
        NeumannTerms = 4,
        NeumannStep = 0.3,
        StepUpper = 0.1,
        UpperLocalSteps = 2,
    };

    /// <summary>Settings by name, as test data can carry them.</summary>
    public static Dictionary<string, FedNestOptions> Variants { get; } = new()
    {
        ["all stages"] = AllStages,
        ["fewest stages"] = AllStages with { LowerRounds = 1, LowerLocalSteps = 1, NeumannTerms = 1, UpperLocalSteps = 1 },
        ["single steps"] = AllStages with { LowerRounds = 3, LowerLocalSteps = 1, UpperLocalSteps = 1 },
        ["random series"] = AllStages with { NeumannSeries = NeumannSeries.Random, LowerRounds = 1, UpperLocalSteps = 1 },
    };

    public static FlatVector StartUpper { get; } = FlatVector.Of(0.5, -1);

    public static FlatVector StartLower { get; } = FlatVector.Of(1, 0.25, -0.5);
}
