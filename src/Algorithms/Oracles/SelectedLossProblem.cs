using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>A problem of one level whose oracles answer over the rows that are selected in the present epoch, as if the shard had no others.</summary>
/// <param name="problem">The problem over all rows.</param>
/// <param name="selection">Which rows; not <see cref="SelectionRule.All"/>.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class SelectedLossProblem(ILossProblem problem, RowSelection selection, ulong seed) : ILossProblem
{
    public int Length => problem.Length;

    public int ShardCount => problem.ShardCount;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning)
    {
        ILossOracle oracle = problem.CreateOracle(shard, poisoning);
        return new Oracle(oracle, new RowDraws(selection, RowDraws.StreamOf(seed, shard), oracle.RowCount, oracle.Labels));
    }

    public FlatVector Initial(SeededRandom random) => problem.Initial(random);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => problem.Evaluate(point);

    private sealed class Oracle(ILossOracle oracle, RowDraws draws) : ILossOracle
    {
        private readonly int[] _rows = new int[draws.Count];

        public int Length => oracle.Length;

        public int RowCount => draws.Count;

        public ImmutableArray<int> Labels
        {
            get
            {
                ReadOnlySpan<int> drawn = draws.Rows;
                ImmutableArray<int>.Builder labels = ImmutableArray.CreateBuilder<int>(drawn.Length);
                foreach (int row in oracle.Labels.IsEmpty ? [] : drawn)
                {
                    labels.Add(oracle.Labels[row]);
                }

                return labels.ToImmutable();
            }
        }

        public void BeginEpoch(long epoch) => draws.Begin(epoch);

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            ReadOnlySpan<int> drawn = draws.Rows;
            if (rows.IsEmpty)
            {
                return oracle.Loss(point, drawn, gradient);
            }

            if (rows.Length > _rows.Length)
            {
                throw new ArgumentException($"{rows.Length} rows were asked for, of {_rows.Length} that are selected.", nameof(rows));
            }

            for (int i = 0; i < rows.Length; i++)
            {
                _rows[i] = drawn[rows[i]];
            }

            return oracle.Loss(point, _rows.AsSpan(0, rows.Length), gradient);
        }
    }
}
