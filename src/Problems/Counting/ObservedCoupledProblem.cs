using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of coupled blocks whose queries are observed.</summary>
internal sealed class ObservedCoupledProblem(ICoupledProblem problem, IOracleObserver observer) : ICoupledProblem
{
    public int ShardCount => problem.ShardCount;

    public FlatVector RightSide => problem.RightSide;

    public FlatVector InitialBlock(int block) => problem.InitialBlock(block);

    public IBlockOracle CreateBlock(int block) => new Block(problem.CreateBlock(block), observer);

    public ImmutableArray<Measure> Evaluate(ModelObserved model) => problem.Evaluate(model);

    private sealed class Block(IBlockOracle block, IOracleObserver observer) : IBlockOracle
    {
        public int Length => block.Length;

        public FlatVector Coefficients => block.Coefficients;

        public double Lipschitz => block.Lipschitz;

        public ImmutableArray<int> Needs => block.Needs;

        public double CrossCurvature(int other) => block.CrossCurvature(other);

        public double Gradient(ReadOnlySpan<double> own, Func<int, FlatVector> valueOf, long? sample, Span<double> gradient)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            double loss = block.Gradient(own, valueOf, sample, gradient);
            observer.Answered(OracleQuery.LowerLoss, asked);
            return loss;
        }
    }
}
