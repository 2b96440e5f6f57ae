using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>ADBO in the catalogue. Its synchronous form, SDBO, is this with synchronous participation.</summary>
public sealed class AdboAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "adbo";

    /// <inheritdoc/>
    public string Summary => "asynchronous distributed bilevel optimisation by cutting planes (Jiao et al., ICLR 2023); synchronous: SDBO";

    /// <inheritdoc/>
    public Type OptionsType => typeof(AdboOptions);

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => ((AdboOptions)options).MeasureGap;

    /// <inheritdoc/>
    public int? MaxPlanes(object options) => ((AdboOptions)options).MaxPlanes;

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        AdboOptions adbo = (AdboOptions)options;
        return id.Role switch
        {
            Role.Master => new StarMaster(
                new AdboMasterRule(adbo, Start(setup.BilevelProblem, adbo, setup.Seed)), setup.Participation, setup.Star, incarnation, resumeFrom),
            Role.Worker => new StarWorker(
                new AdboWorkerRule(adbo, setup.BilevelProblem.CreateOracle(id.Index)), incarnation, setup.Star.AskAgainAfter),
            _ => throw new ArgumentException($"ADBO has a master and workers; {id} is neither.", nameof(id)),
        };
    }

    private static AdboStartingPoint Start(IBilevelProblem problem, AdboOptions options, ulong seed)
    {
        FlatVector v = problem.InitialUpper(new SeededRandom(seed, "adbo/v"));
        FlatVector z = problem.InitialLower(new SeededRandom(seed, "adbo/z"));
        FlatVector theta = options.Start == AdboStart.DualFromUpper ? v : FlatVector.Zeros(v.Length);
        return new AdboStartingPoint
        {
            Upper = v,
            Lower = z,
            Uppers = [.. Enumerable.Repeat(v, problem.ShardCount)],
            Lowers = options.Start == AdboStart.PerWorker
                ? [.. Enumerable.Range(0, problem.ShardCount).Select(i => problem.InitialLower(new SeededRandom(seed, $"adbo/y-{i}")))]
                : [.. Enumerable.Repeat(z, problem.ShardCount)],
            ConsensusDuals = [.. Enumerable.Repeat(theta, problem.ShardCount)],
        };
    }
}
