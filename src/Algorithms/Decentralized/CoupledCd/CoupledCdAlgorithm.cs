using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.CoupledCd;

/// <summary>Coordinate descent under coupling constraints in the catalogue.</summary>
public sealed class CoupledCdAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "coupled-cd";

    /// <inheritdoc/>
    public string Summary => "coordinate descent by pairs of blocks that linear constraints couple, which hold at every moment (Reddi et al., UAI 2015)";

    /// <inheritdoc/>
    public Type OptionsType => typeof(CoupledCdOptions);

    /// <inheritdoc/>
    public ProtocolShape Shape => ProtocolShape.Graph;

    /// <inheritdoc/>
    public int Levels => 1;

    /// <inheritdoc/>
    public bool IsCoupled => true;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => false;

    /// <inheritdoc/>
    public SettingMisfit? MisfitOf(object options, IProblem problem)
    {
        CoupledCdOptions own = (CoupledCdOptions)options;
        ICoupledProblem coupled = (ICoupledProblem)problem;
        bool isPlainSum = Enumerable.Range(0, coupled.ShardCount).Select(coupled.CreateBlock).All(block => block.Coefficients is { Length: 1 } one && one[0] == 1);
        bool isSeparate = Enumerable.Range(0, coupled.ShardCount).Select(coupled.CreateBlock).All(block => block.Needs.IsEmpty);
        return own switch
        {
            { Step: PairStepRule.Pair or PairStepRule.Exact } when !isPlainSum => new("step", "is for blocks of length 1 whose sum is fixed; take safe or, where f is a sum over the blocks, scaled."),
            { Step: PairStepRule.Scaled } when !isSeparate => new("step", "is scaled, which is for an f that is a sum over the blocks, and this one is not; take safe, pair or exact."),
            { Step: PairStepRule.Scaled, Regularizer.Kind: not BlockRegularizerKind.None } => new("step", "is scaled, which goes without a regulariser only; take safe, pair or exact."),
            { Regularizer.Kind: not BlockRegularizerKind.None } when !isPlainSum => new("regularizer.kind", "is for blocks of length 1 whose sum is fixed; set it to none."),
            { Regularizer: { Kind: BlockRegularizerKind.Box } box } => MisfitOf(box, coupled),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        CoupledCdOptions own = (CoupledCdOptions)options;
        if (id.Role != Role.Neighbour)
        {
            throw new ArgumentException($"{Name} has neighbours only; {id} is none.", nameof(id));
        }

        if (own.Regularizer.Kind != BlockRegularizerKind.None && setup.Graph.StalenessBound > 0)
        {
            throw new ArgumentException($"with a regulariser both ends must know where they are, and graph.staleness-bound is {setup.Graph.StalenessBound}; set it to 0, or {Name}.regularizer.kind = none.");
        }

        CoupledCdRule rule = new(own, setup.CoupledProblem, id.Index, setup.Graph.StalenessBound);
        PairSchedule schedule = new(setup.Graph.Lower, setup.Seed, setup.Graph.RoundLimit);
        return new PairNeighbour(rule, setup.Graph, schedule, id.Index, incarnation, resumeFrom);
    }

    private static SettingMisfit? MisfitOf(BlockRegularizerOptions box, ICoupledProblem problem)
    {
        (int count, double sum) = (problem.ShardCount, problem.RightSide[0]);
        if (sum < count * box.Lower || sum > count * box.Upper)
        {
            return new("regularizer.kind", $"is box, and with it coupling constraint 0 is infeasible: {count} blocks between {box.Lower} and {box.Upper} "
                + $"sum to at least {count * box.Lower} and at most {count * box.Upper}, and its right side is {sum}. Widen the box, or change the right side.");
        }

        int outside = Enumerable.Range(0, count).FirstOrDefault(i => !(problem.InitialBlock(i)[0] >= box.Lower && problem.InitialBlock(i)[0] <= box.Upper), -1);
        return outside < 0 ? null : new("regularizer.kind", $"is box, and block {outside} starts at {problem.InitialBlock(outside)[0]}; "
            + $"every block must start between {box.Lower} and {box.Upper}. Widen the box, or have the problem start evenly.");
    }
}
