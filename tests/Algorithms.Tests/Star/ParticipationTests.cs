using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

public sealed class ParticipationTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -3)]
    public void Rejects_bounds_below_one(int minActive, int stalenessBound)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => new AsynchronousParticipation(minActive, stalenessBound));

        Assert.Contains("at least 1", exception.Message);
    }

    [Fact]
    public void Never_steps_with_nobody()
    {
        StalenessLedger ledger = new(1);
        ledger.Lose(0);

        Assert.False(new SynchronousParticipation().MayStep(ledger));
        Assert.False(new AsynchronousParticipation(1, 1).MayStep(ledger));
    }

    [Fact]
    public void Never_steps_unheard()
    {
        StalenessLedger ledger = new(2);

        Assert.False(new SynchronousParticipation().MayStep(ledger));
        Assert.False(new AsynchronousParticipation(1, 100).MayStep(ledger));
    }

    [Fact]
    public void Waits_where_the_oldest_is_as_old_as_the_bound()
    {
        StalenessLedger ledger = new(2);
        ledger.Heard(0);
        ledger.Stepped();
        ledger.Heard(0);

        Assert.False(new AsynchronousParticipation(1, 2).MayStep(ledger));
        Assert.True(new AsynchronousParticipation(1, 3).MayStep(ledger));
    }
}
