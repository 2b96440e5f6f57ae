using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Actors;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class ConcurrencyCheckerTests
{
    private readonly ConcurrencyChecker _checker = new(workers: 4, most: 2);

    [Fact]
    public void Passes_a_request_for_every_place_that_an_answer_or_a_loss_leaves()
    {
        Watched run = new Watched(_checker).Ask(0, new RequestId(1, 1)).Ask(1, new RequestId(1, 2)).Ask(1, new RequestId(1, 2));

        run.Report(0, new RequestId(1, 1)).Ask(2, new RequestId(1, 3)).Change(1, WorkerChange.Lost).Ask(3, new RequestId(1, 4));
        run.Start(ParticipantId.Master).Ask(0, new RequestId(2, 1)).Ask(1, new RequestId(2, 2));

        Assert.Equal(6, _checker.Checks);
    }

    [Fact]
    public void Finds_a_request_too_many() =>
        new Watched(_checker).Ask(0, new RequestId(1, 1)).Ask(1, new RequestId(1, 2))
            .Breaks(run => run.Ask(2, new RequestId(1, 3)), "made 3 workers under way; at most 2 may be");

    [Fact]
    public void Does_not_count_answers_to_older_requests() =>
        new Watched(_checker).Ask(0, new RequestId(1, 1)).Ask(1, new RequestId(1, 2)).Report(0, new RequestId(1, 1)).Ask(0, new RequestId(1, 3))
            .Report(0, new RequestId(1, 1)).Breaks(run => run.Ask(2, new RequestId(1, 4)), "made 3 workers under way");

    [Fact]
    public void Does_not_count_answers_that_were_rejected() =>
        new Watched(_checker).Ask(0, new RequestId(1, 1)).Ask(1, new RequestId(1, 2)).Report(0, new RequestId(1, 1))
            .Supervise(SupervisionAction.Dropped, ParticipantId.Master).Breaks(run => run.Ask(2, new RequestId(1, 3)), "made 3 workers under way");
}
