using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class EpochCheckerTests
{
    private readonly EpochChecker _checker = new(workers: 3);

    [Fact]
    public void Passes_growing_requests_repeated_ones_and_higher_epochs()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Ask(1, new(1, 2)).Ask(0, new(1, 1)).Ask(0, new(1, 3));

        run.Start(ParticipantId.Master).Start(ParticipantId.Master).Ask(0, new(3, 1)).Ask(1, new(3, 2)).Ask(0, new(3, 1));

        Assert.Equal(7, _checker.Checks);
    }

    [Theory]
    [InlineData(1, 1, "the sequence number must be above 2")] // worker-1's last one is 1.2
    [InlineData(1, 2, "the sequence number must be above 2")] // worker-0's last one is 1.1
    [InlineData(1, 0, "the sequence number must be above 2")]
    [InlineData(2, 3, "its epoch is 1")]
    [InlineData(0, 3, "its epoch is 1")]
    public void Finds_a_request_that_goes_back_or_changes_the_epoch(int epoch, long sequence, string expected)
    {
        int worker = sequence == 1 ? 1 : 0;

        new Watched(_checker).Ask(0, new(1, 1)).Ask(1, new(1, 2)).Breaks(run => run.Ask(worker, new(epoch, sequence)), expected);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    public void Finds_a_new_incarnation_under_an_old_epoch(int epoch, long sequence) =>
        new Watched(_checker).Ask(0, new(1, 1)).Start(ParticipantId.Master)
            .Breaks(run => run.Ask(0, new(epoch, sequence)), "the epoch must be above 1");

    [Fact]
    public void Finds_a_master_whose_incarnation_does_not_grow()
    {
        Watched run = new Watched(_checker).Receive(ParticipantId.Worker(0), ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(2))
            .Receive(ParticipantId.Worker(1), ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(2));

        run.Breaks(
            again => again.Receive(ParticipantId.Worker(0), ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(2)),
            "the master runs as incarnation 2, after 2");
    }
}
