using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Bilevel;
using ActorFed.Algorithms.Tests.Federated.Split;
using ActorFed.Algorithms.Tests.Trilevel;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>A synchronous run of an algorithm of the star, for what must hold of all of them.</summary>
/// <param name="Steps">Steps in which every kind of stage occurs.</param>
/// <param name="Create">Makes a new run.</param>
internal sealed record StarCase(long Steps, Func<StarMasterOptions, IStarRun> Create)
{
    /// <summary>Requires that an undisturbed run had in it what disturbances are to meet.</summary>
    public Action<IStarRun> Check { get; init; } = _ => { };

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, StarCase> All { get; } = new Dictionary<string, StarCase>(
    [
        Adbo("paper", PaperOptions with { InnerRounds = 2, WarmStartInnerDual = true, MaxPlanes = 2, InitialPlaneDual = 0.25, MeasureGap = true }),
        Adbo("paper, refresh after every step", PaperOptions with { RefreshEvery = 1, MaxPlanes = 3 }),
        Adbo("official ijcnn1", OfficialOptions),
        Adbo("official mnist", OfficialOptions with { OfficialForm = OfficialForm.Mnist, InnerRounds = 3, RefreshEvery = 2 }),
        Afto("several rounds, gap measured", AftoSetup.Options with { LowerRounds = 2, MiddleRounds = 3, MeasureGap = true }),
        Afto("refresh after every step, planes dropped", AftoSetup.Options with { RefreshEvery = 1, DropTolerance = 0.01, MiddleWeakConvexity = 0.01 }),
        Afto("no lower planes", AftoSetup.Options with { LowerRelaxation = 1e6, ProjectOntoBounds = true }),
        .. FedNestSetup.Variants.Select(variant => Case($"fednest, {variant.Key}", new(3, star => new FedNestStar(variant.Value, star)))),
        .. PenaltyStar.Variants.Select(variant => Case($"penalty, {variant}", new(5, star => new PenaltyStar(variant, star)))),
        .. SplitStar.Variants.Select(variant => Case(variant.Key, new(3, star => new SplitStar(variant.Value, star)))),
    ]);

    public static TheoryData<string> Names => [.. All.Keys];

    private static KeyValuePair<string, StarCase> Case(string name, StarCase made) => new(name, made);

    private static KeyValuePair<string, StarCase> Adbo(string name, AdboOptions options) => Case($"adbo, {name}", new(7, star => new AdboStar(options, star, () => new SynchronousParticipation()))
    {
        Check = run => Assert.True(((AdboStar)run).Rule.Planes.Count > 0),
    });

    private static KeyValuePair<string, StarCase> Afto(string name, AftoOptions options) => Case($"afto, {name}", new(7, star => new AftoStar(options, star, () => new SynchronousParticipation()))
    {
        Check = run => Assert.True(((AftoStar)run).Rule.MiddlePlanes.Count > 0),
    });
}
