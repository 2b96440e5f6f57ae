using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>The penalty-based algorithms without a worker that is lost.</summary>
public sealed class PenaltyFaultTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 5, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string> Names() => [.. PenaltyStar.Variants];

    [Theory, MemberData(nameof(Names))]
    public void Goes_on_without_a_worker_that_falls_silent(string name)
    {
        PenaltyStar star = new(name, Star with { LostAfter = Star.AskAgainAfter * 2 });

        star.Network.Settle(envelope => envelope.To == ParticipantId.Worker(1) && star.Network.Sent.Count > 20);
        while (!star.Network.IsOver)
        {
            star.Network.InFlight.RemoveAll(envelope => envelope.To == ParticipantId.Worker(1));
            star.Network.ElapseTimers(ParticipantId.Master);
            star.Network.Settle(envelope => envelope.To == ParticipantId.Worker(1));
        }

        Assert.Equal("step limit", star.Network.Completed);
        Assert.Contains(star.Network.Observations, observation => observation is WorkerObserved { Worker: 1, Change: WorkerChange.Lost });
    }
}
