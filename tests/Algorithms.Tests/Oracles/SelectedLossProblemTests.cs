using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Oracles;

public sealed class SelectedLossProblemTests
{
    private static readonly RowSelection Half = new() { Rule = SelectionRule.Soft, Rate = 0.5 };

    [Fact]
    public void Answers_over_the_rows_of_the_epoch_as_if_there_were_no_others()
    {
        RowLog log = new(rows: 20);
        ILossOracle oracle = Select(log, Half).CreateOracle(0);
        int[] expected = Draws(Half, epoch: 2);

        oracle.BeginEpoch(2);
        oracle.Loss([0], [], []);
        oracle.Loss([0], [9, 0, 9], []);

        Assert.Equal(10, oracle.RowCount);
        Assert.Equal(expected, log.Asked[0]);
        Assert.Equal([expected[9], expected[0], expected[9]], log.Asked[1]);
        Assert.Equal(expected.Select(row => row % 2), oracle.Labels);
    }

    [Fact]
    public void All_rows_are_the_problem_itself()
    {
        IProblem problem = new OneShard(new RowLog(rows: 20));

        Assert.Same(problem, problem.Select(new RowSelection(), seed: 1));
    }

    [Fact]
    public void Refuses_a_question_before_the_first_epoch_and_too_many_rows()
    {
        ILossOracle oracle = Select(new RowLog(rows: 20), Half).CreateOracle(0);

        Assert.Throws<InvalidOperationException>(() => oracle.Loss([0], [], []));
        oracle.BeginEpoch(0);
        Assert.Contains("11 rows were asked for, of 10", Assert.Throws<ArgumentException>(() => oracle.Loss([0], new int[11], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_that_is_no_mean_over_rows_is_refused() =>
        Assert.Contains("no mean over rows", Assert.Throws<ArgumentException>(() => Select(new RowLog(rows: 0), Half).CreateOracle(0)).Message, StringComparison.Ordinal);

    /// <summary>Two passes of a task over ten of twenty rows, in batches of four: epochs 6 and 7, each row as often as drawn.</summary>
    [Fact]
    public void A_client_draws_anew_for_every_pass_and_the_same_for_a_task_done_again()
    {
        RowLog log = new(rows: 20);
        FederatedWorkerRule client = new(
            new ClientOptions { Step = 0.1, Epochs = 2, BatchRows = 4 }, Select(log, Half).CreateOracle(0), seed: 5, index: 0, sendsModel: false);
        FederatedBody.Train task = new() { Number = 3, Model = FlatVector.Of(0) };

        FederatedBody.Trained trained = (FederatedBody.Trained)client.Do(new FederatedBody.WorkerState(), task).Report;
        client.Do(new FederatedBody.WorkerState(), task with { Number = 4 });
        client.Do(new FederatedBody.WorkerState(), task);

        Assert.Equal([4, 4, 2, 4, 4, 2], log.Asked.Take(6).Select(batch => batch.Length));
        Assert.Equal(Draws(Half, epoch: 6).Order(), log.Asked.Take(3).SelectMany(batch => batch).Order());
        Assert.Equal(Draws(Half, epoch: 7).Order(), log.Asked.Skip(3).Take(3).SelectMany(batch => batch).Order());
        Assert.Equal(Draws(Half, epoch: 8).Order(), log.Asked.Skip(6).Take(3).SelectMany(batch => batch).Order());
        Assert.Equal(log.Asked.Take(6), log.Asked.Skip(12));
        Assert.Equal(10, trained.Examples);
    }

    [Fact]
    public void A_client_that_takes_all_rows_draws_anew_for_every_step()
    {
        RowLog log = new(rows: 20);
        FederatedWorkerRule client = new(new ClientOptions { Step = 0.1, Steps = 3 }, Select(log, Half).CreateOracle(0), seed: 5, index: 0, sendsModel: false);

        client.Do(new FederatedBody.WorkerState(), new FederatedBody.Train { Number = 2, Model = FlatVector.Of(0) });

        Assert.Equal([Draws(Half, 6), Draws(Half, 7), Draws(Half, 8)], log.Asked);
    }

    private static int[] Draws(RowSelection selection, long epoch)
    {
        RowDraws draws = new(selection, RowDraws.StreamOf(seed: 1, worker: 0), rowCount: 20, []);
        draws.Begin(epoch);
        return draws.Rows.ToArray();
    }

    private static ILossProblem Select(RowLog log, RowSelection selection) => (ILossProblem)((IProblem)new OneShard(log)).Select(selection, seed: 1);

    private sealed class OneShard(RowLog log) : ILossProblem
    {
        public int Length => 1;

        public int ShardCount => 1;

        public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => log;

        public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(1);

        public ImmutableArray<Measure> Evaluate(FlatVector point) => [];
    }

    /// <summary>Notes which rows it is asked for.</summary>
    private sealed class RowLog(int rows) : ILossOracle
    {
        public List<int[]> Asked { get; } = [];

        public int Length => 1;

        public int RowCount => rows;

        public ImmutableArray<int> Labels => [.. Enumerable.Range(0, rows).Select(row => row % 2)];

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> chosen, Span<double> gradient)
        {
            Asked.Add(chosen.ToArray());
            gradient.Fill(1);
            return 1;
        }
    }
}
