using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Blocks;

public sealed class StalenessLedgerTests
{
    private readonly StalenessLedger _ledger = new(3);

    [Fact]
    public void Begins_with_everyone_alive_unheard_and_of_age_one()
    {
        Assert.Equal(3, _ledger.LiveCount);
        Assert.Equal(0, _ledger.HeardCount);
        Assert.Equal(1, _ledger.MaxAge);
        Assert.All(Enumerable.Range(0, 3), worker => Assert.Equal(1, _ledger.AgeOf(worker)));
    }

    [Fact]
    public void Counts_a_worker_once_however_often_it_is_heard()
    {
        _ledger.Heard(1);
        _ledger.Heard(1);

        Assert.Equal(1, _ledger.HeardCount);
        Assert.Equal(0, _ledger.AgeOf(1));
        Assert.Equal(1, _ledger.MaxAge);
    }

    [Fact]
    public void Counts_every_report_until_the_next_step_also_of_a_worker_that_is_lost_after_it()
    {
        _ledger.Heard(1);
        _ledger.Heard(1);
        _ledger.Heard(2);
        _ledger.Lose(2);

        Assert.Equal((3, 1), (_ledger.ReportCount, _ledger.HeardCount));
        _ledger.Stepped();
        Assert.Equal(0, _ledger.ReportCount);
    }

    [Fact]
    public void Ages_everyone_by_a_step_and_forgets_who_was_heard()
    {
        _ledger.Heard(0);

        _ledger.Stepped();
        _ledger.Heard(2);
        _ledger.Stepped();

        Assert.Equal(0, _ledger.HeardCount);
        Assert.Equal([2, 3, 1], Enumerable.Range(0, 3).Select(_ledger.AgeOf));
        Assert.Equal(3, _ledger.MaxAge);
    }

    [Fact]
    public void Is_as_at_the_start_after_a_barrier()
    {
        _ledger.Heard(0);
        _ledger.Stepped();
        _ledger.Heard(0);

        _ledger.Reset();

        Assert.Equal(0, _ledger.HeardCount);
        Assert.Equal(1, _ledger.MaxAge);
        _ledger.Heard(0);
        Assert.Equal(1, _ledger.HeardCount);
    }

    [Fact]
    public void Leaves_a_lost_worker_out_of_every_count()
    {
        _ledger.Stepped();
        _ledger.Stepped();
        _ledger.Heard(0);
        _ledger.Heard(1);

        _ledger.Lose(1);
        _ledger.Lose(2);
        _ledger.Lose(2);

        Assert.True(_ledger.IsLost(1));
        Assert.False(_ledger.IsLost(0));
        Assert.Equal(1, _ledger.LiveCount);
        Assert.Equal(1, _ledger.HeardCount);
        Assert.Equal(0, _ledger.MaxAge);
    }

    [Fact]
    public void Takes_a_worker_back_as_if_heard_one_step_ago()
    {
        _ledger.Lose(2);
        _ledger.Stepped();
        _ledger.Stepped();

        _ledger.Return(2);
        _ledger.Return(2);

        Assert.Equal(3, _ledger.LiveCount);
        Assert.Equal(0, _ledger.HeardCount);
        Assert.Equal(1, _ledger.AgeOf(2));
        _ledger.Heard(2);
        Assert.Equal(1, _ledger.HeardCount);
    }

    [Fact]
    public void Has_no_age_when_nobody_lives()
    {
        _ledger.Heard(0);
        for (int worker = 0; worker < 3; worker++)
        {
            _ledger.Lose(worker);
        }

        Assert.Equal((0, 0, 0), (_ledger.LiveCount, _ledger.HeardCount, _ledger.MaxAge));
    }

    [Fact]
    public void Does_not_count_a_lost_worker_as_heard()
    {
        _ledger.Lose(1);

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => _ledger.Heard(1));

        Assert.Contains("Worker 1 is lost", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _ledger.HeardCount);
    }

    [Fact]
    public void Tells_who_lives_now()
    {
        IReadOnlyList<bool> isLive = _ledger.IsLive;

        _ledger.Lose(1);

        Assert.Equal([true, false, true], isLive);
        _ledger.Return(1);
        Assert.Equal([true, true, true], isLive);
    }

    [Fact]
    public void Finds_the_next_oldest_after_a_long_silence_ends()
    {
        _ledger.Heard(0);
        _ledger.Heard(1);
        for (int step = 0; step < 1000; step++)
        {
            _ledger.Stepped();
            _ledger.Heard(1);
        }

        Assert.Equal(1001, _ledger.MaxAge);
        _ledger.Heard(2);
        Assert.Equal(1000, _ledger.MaxAge);
        _ledger.Lose(0);
        Assert.Equal(0, _ledger.MaxAge);
        _ledger.Return(0);
        Assert.Equal(1, _ledger.MaxAge);
    }

    /// <summary>Few workers, so that all are heard, and all are lost, now and then; and one that is rarely heard.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Agrees_with_a_naive_twin_after_any_calls(int workers)
    {
        StalenessLedger ledger = new(workers);
        StalenessLedgerTwin twin = new(workers);
        SeededRandom random = new(3, $"ledger-{workers}");
        HashSet<(int Heard, int Live)> seen = [];
        for (int call = 0; call < 20_000; call++)
        {
            int worker = random.NextInt32(workers);
            switch (random.NextInt32(40))
            {
                case < 20 when !ledger.IsLost(worker) && (worker != 0 || call % 16 == 0):
                    ledger.Heard(worker);
                    twin.Heard(worker);
                    break;
                case >= 20 and < 30:
                    ledger.Stepped();
                    twin.Stepped();
                    break;
                case >= 30 and < 34:
                    ledger.Lose(worker);
                    twin.Lose(worker);
                    break;
                case >= 34 and < 39:
                    ledger.Return(worker);
                    twin.Return(worker);
                    break;
                case 39:
                    ledger.Reset();
                    twin.Reset();
                    break;
            }

            Assert.Equal((twin.HeardCount, twin.LiveCount, twin.MaxAge), (ledger.HeardCount, ledger.LiveCount, ledger.MaxAge));
            Assert.Equal(twin.Ages, Enumerable.Range(0, workers).Select(ledger.AgeOf));
            Assert.Equal(Enumerable.Range(0, workers).Select(i => !twin.IsLost(i)), ledger.IsLive);
            seen.Add((ledger.HeardCount, ledger.LiveCount));
        }

        Assert.Contains(seen, counts => counts.Live == 0);
        Assert.Contains(seen, counts => counts.Heard == counts.Live && counts.Heard > 0);
        Assert.Contains((0, workers), seen);
    }
}
