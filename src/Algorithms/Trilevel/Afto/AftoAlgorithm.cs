using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>AFTO in the catalogue. Its synchronous form, SFTO, is this with synchronous participation.</summary>
public sealed class AftoAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "afto";

    /// <inheritdoc/>
    public string Summary => "asynchronous federated trilevel optimisation by two layers of cutting planes (Jiao et al., AAAI 2024); synchronous: SFTO";

    /// <inheritdoc/>
    public Type OptionsType => typeof(AftoOptions);

    /// <inheritdoc/>
    public int Levels => 3;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => ((AftoOptions)options).MeasureGap;

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        AftoOptions afto = (AftoOptions)options;
        ITrilevelProblem problem = setup.TrilevelProblem;
        return id.Role switch
        {
            Role.Master => new StarMaster(
                new AftoMasterRule(afto, Start(problem, setup.Seed)), setup.Participation, setup.Star, incarnation, resumeFrom),
            Role.Worker => new StarWorker(
                new AftoWorkerRule(afto, CreateOracle(problem, id.Index)), incarnation, setup.Star.AskAgainAfter),
            _ => throw new ArgumentException($"AFTO has a master and workers; {id} is neither.", nameof(id)),
        };
    }

    private static ITrilevelOracle CreateOracle(ITrilevelProblem problem, int shard)
    {
        ITrilevelOracle oracle = problem.CreateOracle(shard);
        Require("upper", oracle.UpperLength, problem.UpperLength);
        Require("middle", oracle.MiddleLength, problem.MiddleLength);
        Require("lower", oracle.LowerLength, problem.LowerLength);
        return oracle;

        void Require(string level, int length, int expected)
        {
            if (length != expected)
            {
                throw new ArgumentException(
                    $"The oracle of shard {shard} has a {level} variable of length {length}; that of the problem has {expected}. They must agree.");
            }
        }
    }

    private static AftoStartingPoint Start(ITrilevelProblem problem, ulong seed)
    {
        FlatVector z1 = problem.InitialUpper(new SeededRandom(seed, "afto/z1"));
        FlatVector z2 = problem.InitialMiddle(new SeededRandom(seed, "afto/z2"));
        FlatVector z3 = problem.InitialLower(new SeededRandom(seed, "afto/z3"));
        return new AftoStartingPoint
        {
            Upper = z1,
            Middle = z2,
            Lower = z3,
            Uppers = [.. Enumerable.Repeat(z1, problem.ShardCount)],
            Middles = [.. Enumerable.Repeat(z2, problem.ShardCount)],
            Lowers = [.. Enumerable.Repeat(z3, problem.ShardCount)],
        };
    }
}
