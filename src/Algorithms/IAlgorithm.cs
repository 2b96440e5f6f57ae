using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms;

/// <summary>Who takes part in an algorithm, and who talks to whom.</summary>
public enum ProtocolShape
{
    /// <summary>A master and its workers.</summary>
    Star,

    /// <summary>Neighbours on a graph; nobody leads.</summary>
    Graph,
}

/// <summary>An algorithm as the catalogue knows it: a name, its settings, and the participants it is made of.</summary>
public interface IAlgorithm
{
    /// <summary>Its name in experiments; also the section its settings stand in.</summary>
    string Name { get; }

    /// <summary>What it is, in one line.</summary>
    string Summary { get; }

    /// <summary>The type of its settings.</summary>
    Type OptionsType { get; }

    /// <summary>Who takes part.</summary>
    ProtocolShape Shape => ProtocolShape.Star;

    /// <summary>Whether every live worker must enter every step, so that no other participation policy will do.</summary>
    bool IsSynchronous => false;

    /// <summary>Whether it decides by itself which live workers enter a step, at least one, whatever the participation policy of a star says.</summary>
    bool DrawsWorkers => false;

    /// <summary>Why it cannot run under a participation policy of a star, or null when it can.</summary>
    ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy switch
    {
        CohortParticipation => new("cohort", $"every worker of {Name} holds variables that each barrier needs, so no cohort can be drawn; set participation.cohort = none."),
        BufferedParticipation => new(
            "policy", $"{Name} needs one report of every active worker in a step; set participation.policy = {(IsSynchronous ? "" : "asynchronous or ")}synchronous."),
        AsynchronousParticipation when IsSynchronous => new(
            "policy", $"participation.policy is asynchronous, and {Name} has every worker in every step; set participation.policy = synchronous."),
        _ => null,
    };

    /// <summary>Why it cannot solve a problem with these settings, or null when it can.</summary>
    /// <param name="options">Its settings; of <see cref="OptionsType"/>.</param>
    /// <param name="problem">The problem; of as many levels as it solves.</param>
    SettingMisfit? MisfitOf(object options, IProblem problem) => null;

    /// <summary>Levels of the problems it solves: 1 are <see cref="ILossProblem"/>, 2 are <see cref="IBilevelProblem"/>, 3 are <see cref="ITrilevelProblem"/>.</summary>
    int Levels => 2;

    /// <summary>Whether the problems it solves are <see cref="ICoupledProblem"/>, of one level, where each participant owns a part of the variable.</summary>
    bool IsCoupled => false;

    /// <summary>Whether its workers begin epochs of their oracles, so that rows can be selected for each.</summary>
    bool SelectsRows => false;

    /// <summary>Whether a run with these settings measures the stationarity gap, so that it can stop by it.</summary>
    bool MeasuresGap(object options);

    /// <summary>Most cutting planes that a run with these settings has at a time; null when there is no limit, or no planes.</summary>
    int? MaxPlanes(object options) => null;

    /// <summary>Steps of these settings whose limits are known for a given curvature; empty where none is.</summary>
    ImmutableArray<ConstantStep> StepsOf(object options) => [];

    /// <summary>Makes one participant, new or from a snapshot.</summary>
    /// <param name="setup">What the run is about.</param>
    /// <param name="options">Its settings; of <see cref="OptionsType"/>.</param>
    /// <param name="id">Which participant.</param>
    /// <param name="incarnation">From 1; grows with every rebuild.</param>
    /// <param name="resumeFrom">What to rebuild it from, or null.</param>
    /// <exception cref="InvalidDataException">The snapshot does not fit this experiment.</exception>
    IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom);
}

/// <summary>Why an algorithm cannot run under a participation policy.</summary>
/// <param name="Key">The key of section <c>participation</c> that is to blame.</param>
/// <param name="Reason">Why, with the way out.</param>
public readonly record struct ParticipationMisfit(string Key, string Reason);

/// <summary>Why an algorithm cannot solve a problem with one of its settings.</summary>
/// <param name="Key">The key of the algorithm's section that is to blame, such as <c>regularizer.group-length</c>; empty: the problem itself.</param>
/// <param name="Reason">Goes on after the key: what it is, and what it must be.</param>
public readonly record struct SettingMisfit(string Key, string Reason);

/// <summary>What an algorithm needs to know of its run.</summary>
public sealed record AlgorithmSetup
{
    /// <summary>The problem; one shard per worker.</summary>
    public required IProblem Problem { get; init; }

    /// <summary>The problem, for algorithms of one level.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    public ILossProblem LossProblem => Problem as ILossProblem ?? throw Misfit("one");

    /// <summary>The problem, for algorithms of one level that train a model in two parts.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    public ISplitProblem SplitProblem => Problem as ISplitProblem ?? throw new ArgumentException(
        $"The algorithm needs a problem whose model can be cut in two, and {Problem.GetType().Name} is none. Choose one that fits.");

    /// <summary>The problem, for algorithms of two levels.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    public IBilevelProblem BilevelProblem => Problem as IBilevelProblem ?? throw Misfit("two");

    /// <summary>The problem, for algorithms of three levels.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    public ITrilevelProblem TrilevelProblem => Problem as ITrilevelProblem ?? throw Misfit("three");

    /// <summary>The problem, for algorithms whose participants own blocks that constraints couple.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    public ICoupledProblem CoupledProblem => Problem as ICoupledProblem
        ?? throw new ArgumentException($"The algorithm needs a problem of coupled blocks, and {Problem.GetType().Name} is none. Choose one that fits.");

    /// <summary>When the master of a star may step.</summary>
    /// <exception cref="InvalidOperationException">The run has no star.</exception>
    public IParticipationPolicy Participation
    {
        get => field ?? throw Missing("participation policy");
        init;
    }

    /// <summary>Limits and patience of the master of a star.</summary>
    /// <exception cref="InvalidOperationException">The run has no star.</exception>
    public StarMasterOptions Star
    {
        get => field ?? throw Missing("master");
        init;
    }

    /// <summary>What the neighbours on a graph agree on.</summary>
    /// <exception cref="InvalidOperationException">The run has no graph.</exception>
    public GraphSetup Graph
    {
        get => field ?? throw Missing("graph");
        init;
    }

    /// <summary>Seed of every random stream.</summary>
    public required ulong Seed { get; init; }

    private static InvalidOperationException Missing(string what) => new($"The run was set up without a {what}, and its algorithm needs one.");

    private ArgumentException Misfit(string levels) =>
        new($"The algorithm needs a problem of {levels} level{(levels == "one" ? "" : "s")}, and {Problem.GetType().Name} is none. Choose one that fits.");
}
