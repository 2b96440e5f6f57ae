using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What FedNest sends, and what it computes without a worker that is lost.</summary>
public sealed class FedNestFaultTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 6, LostAfter = TimeSpan.FromDays(1) };

    /// <summary>The worker is lost while its lower gradient is in the mean already; everything after it is the others' alone.</summary>
    [Fact]
    public void A_lost_worker_takes_no_part_in_the_stages_that_follow()
    {
        FedNestStar star = new(AllStages, Star with { StepLimit = 1, LostAfter = Star.AskAgainAfter * 2 });
        star.Network.Settle(envelope => IsOfTheBarrier(envelope.Message) && envelope.To == ParticipantId.Worker(1));
        while (!star.Network.IsOver)
        {
            star.Network.InFlight.RemoveAll(envelope => envelope.To == ParticipantId.Worker(1));
            star.Network.ElapseTimers(ParticipantId.Master);
            star.Network.Settle(envelope => envelope.To == ParticipantId.Worker(1));
        }

        ReferenceFedNest reference = new(
            AllStages, QuadraticShard.Draw(Workers, N, M), StartUpper.Span.ToArray(), StartLower.Span.ToArray());
        reference.Epoch([0, 1, 2], [0, 2]);
        Assert.Equal("step limit", star.Network.Completed);
        Assert.Contains(star.Network.Observations, observation => observation is WorkerObserved { Worker: 1, Change: WorkerChange.Lost });
        Assert.Equal(0, VectorMath.SquaredDistance(reference.X, star.Rule.Upper.Span), 1e-24);
        Assert.Equal(0, VectorMath.SquaredDistance(reference.Y, star.Rule.Lower.Span), 1e-24);
    }

    [Fact]
    public void The_upper_variable_travels_once_an_epoch_each_way()
    {
        FedNestOptions options = AllStages with { UpperLocalSteps = 1 };
        FedNestStar star = new(options, Star);

        star.Network.RunToEnd();

        StarMessage.WorkRequested[] requests = [.. star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkRequested>()];
        Assert.Equal(Star.StepLimit * Workers, requests.Count(request => request.Work is FedNestBody.BeginEpoch));
        Assert.All(requests.Skip(Workers), request => Assert.Null(request.State)); // only the first ones bring it
        Assert.Equal(
            Star.StepLimit * Workers,
            star.Network.Sent.Count(envelope => envelope.Message is StarMessage.WorkReported { Report: FedNestBody.TotalDifferentiated }));
    }

    private static bool IsOfTheBarrier(Message message) => message is StarMessage.WorkRequested { Work: not FedNestBody.BeginEpoch };
}
