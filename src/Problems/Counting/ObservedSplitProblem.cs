using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of one level that can be cut in two, whose queries are observed; those of its parts count as its loss.</summary>
internal sealed class ObservedSplitProblem(ISplitProblem problem, IOracleObserver observer) : ISplitProblem
{
    private readonly ObservedLossProblem _whole = new(problem, observer);

    public int Length => problem.Length;

    public int ClientLength => problem.ClientLength;

    public int ActivationLength => problem.ActivationLength;

    public int Classes => problem.Classes;

    public int ShardCount => problem.ShardCount;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => _whole.CreateOracle(shard, poisoning);

    public ISplitClientOracle CreateClient(int shard) => new Client(problem.CreateClient(shard), observer);

    public ISplitServerOracle CreateServer() => new Server(problem.CreateServer(), observer);

    public FlatVector Initial(SeededRandom random) => problem.Initial(random);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => problem.Evaluate(point);

    private sealed class Client(ISplitClientOracle oracle, IOracleObserver observer) : ISplitClientOracle
    {
        public int Length => oracle.Length;

        public int ActivationLength => oracle.ActivationLength;

        public int Classes => oracle.Classes;

        public int RowCount => oracle.RowCount;

        public void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, Span<double> activations, Span<double> targets)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            oracle.Activate(part, rows, activations, targets);
            observer.Answered(OracleQuery.LowerLoss, asked);
        }

        public void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, ReadOnlySpan<double> slopes, Span<double> gradient)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            oracle.PullBack(part, rows, slopes, gradient);
            observer.Answered(OracleQuery.LowerLoss, asked);
        }
    }

    private sealed class Server(ISplitServerOracle oracle, IOracleObserver observer) : ISplitServerOracle
    {
        public int Length => oracle.Length;

        public int ActivationLength => oracle.ActivationLength;

        public int Classes => oracle.Classes;

        public double Loss(
            ReadOnlySpan<double> part, ReadOnlySpan<double> activations, ReadOnlySpan<double> targets, Span<double> gradient, Span<double> slopes)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            double loss = oracle.Loss(part, activations, targets, gradient, slopes);
            observer.Answered(OracleQuery.LowerLoss, asked);
            return loss;
        }
    }
}
