using ActorFed.Algorithms.Blocks;
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
}
