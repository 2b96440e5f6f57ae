using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Tests.Decentralized;
using Xunit;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Tests.Federated;

public sealed class FederatedWorkerRuleTests
{
    private static readonly FlatVector Start = FlatVector.Of(1, -2, 0.5);

    [Fact]
    public void Takes_one_gradient_step_over_all_rows()
    {
        MeanOfSquares oracle = new(shard: 2, rows: 10);

        Trained trained = Train(new ClientOptions { Step = 0.25 }, oracle);

        Assert.Equal(10, trained.Examples);
        for (int a = 0; a < 3; a++)
        {
            Assert.Equal(0.25 * (oracle.Mean[a] - Start[a]), trained.Result[a], 1e-14);
        }
    }

    [Fact]
    public void Is_held_to_the_model_it_was_sent_by_the_proximal_term()
    {
        MeanOfSquares oracle = new(shard: 2, rows: 10);

        Trained trained = Train(new ClientOptions { Step = 0.25, Steps = 400, Proximal = 1 }, oracle);

        for (int a = 0; a < 3; a++)
        {
            Assert.Equal((oracle.Mean[a] - Start[a]) / 2, trained.Result[a], 1e-12); // min ½ (y − mean)² + ½ (y − x)² is half-way
        }
    }

    [Fact]
    public void Reports_the_model_itself_where_it_is_asked_for()
    {
        ClientOptions options = new() { Step = 0.25 };
        Trained delta = Train(options, new MeanOfSquares(shard: 2, rows: 10));

        Trained model = Train(options, new MeanOfSquares(shard: 2, rows: 10), sendsModel: true);

        Assert.Equal(FlatVector.Combine(new Term(1, delta.Result), new Term(1, Start)).Span.ToArray(), model.Result.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Passes_over_every_row_once_in_an_epoch_with_a_shorter_last_batch()
    {
        RowLog log = new(rows: 10);

        Trained trained = Train(new ClientOptions { Step = 1, Epochs = 2, BatchRows = 4 }, log);

        Assert.Equal([4, 4, 2, 4, 4, 2], log.Batches.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 10), log.Batches.Take(3).SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, 10), log.Batches.Skip(3).SelectMany(batch => batch).Order());
        Assert.NotEqual(log.Batches[0], log.Batches[3]);
        Assert.Equal(10, trained.Examples);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 10)]
    [InlineData(5, 10)]
    public void Makes_as_many_steps_as_it_is_told_and_counts_each_row_once(int steps, int examples)
    {
        RowLog log = new(rows: 10);

        Trained trained = Train(new ClientOptions { Step = 1, Steps = steps, BatchRows = 4 }, log);

        Assert.Equal(steps, log.Batches.Count);
        Assert.Equal(examples, trained.Examples);
    }

    [Fact]
    public void Takes_all_rows_where_a_batch_holds_them()
    {
        RowLog log = new(rows: 10);

        Train(new ClientOptions { Step = 1, Epochs = 3, BatchRows = 10 }, log);

        Assert.Equal([0, 0, 0], log.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public void Draws_the_same_for_a_task_done_again_and_otherwise_for_another()
    {
        ClientOptions options = new() { Step = 1, BatchRows = 4 };
        RowLog log = new(rows: 10);
        FederatedWorkerRule rule = new(options, log, seed: 5, index: 1, sendsModel: false);

        foreach (long task in new[] { 3, 4, 3 })
        {
            rule.Do(new WorkerState(), new Train { Number = task, Model = Start });
        }

        Assert.Equal(log.Batches.Take(3), log.Batches.Skip(6));
        Assert.NotEqual(log.Batches.Take(3), log.Batches.Skip(3).Take(3));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e200)]
    public void Says_so_when_training_leads_to_numbers_that_are_not_usable(double gradient)
    {
        Trained trained = Train(new ClientOptions { Step = 1 }, new RowLog(rows: 10) { Slope = gradient });

        Assert.Same(Trained.Unusable, trained);
    }

    [Fact]
    public void Refuses_a_model_of_another_length()
    {
        FederatedWorkerRule rule = new(new ClientOptions { Step = 1 }, new RowLog(rows: 1), seed: 1, index: 0, sendsModel: false);

        Assert.Contains("length 2; 3 is needed", rule.ObjectionTo(new WorkerState(), new Train { Number = 0, Model = FlatVector.Zeros(2) }), StringComparison.Ordinal);
        Assert.Contains("is not work", rule.ObjectionTo(new WorkerState(), new WorkerState()), StringComparison.Ordinal);
        Assert.Contains("is not the state", rule.ObjectionTo(Trained.Unusable, new Train { Number = 0, Model = Start }), StringComparison.Ordinal);
        Assert.Null(rule.ObjectionTo(new WorkerState(), new Train { Number = 0, Model = Start }));
    }

    private static Trained Train(ClientOptions options, ILossOracle oracle, bool sendsModel = false) => (Trained)new FederatedWorkerRule(
        options, oracle, seed: 5, index: 1, sendsModel).Do(new WorkerState(), new Train { Number = 3, Model = Start }).Report;

    /// <summary>Notes which rows it is asked for.</summary>
    private sealed class RowLog(int rows) : ILossOracle
    {
        public double Slope { get; init; } = 1;

        public List<int[]> Batches { get; } = [];

        public int Length => 3;

        public int RowCount => rows;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> batch, Span<double> gradient)
        {
            Batches.Add(batch.ToArray());
            gradient.Fill(Slope);
            return 1;
        }
    }
}
