using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class AnswerCheckerTests
{
    private static readonly ParticipantId Worker = ParticipantId.Worker(1);

    private readonly AnswerChecker _checker = new(workers: 3);

    [Fact]
    public void Passes_answers_questions_and_silence_on_older_requests()
    {
        Watched run = Answer(Ask(new Watched(_checker), new(1, 5)), new(1, 5));

        Ask(run, new(1, 4));                                       // superseded
        Answer(Ask(run, new(1, 5)), new(1, 5));                    // asked again
        Ask(run, new(2, 1)).Send(Worker, ParticipantId.Master, new StarMessage.StateAsked());
        Answer(Ask(run, new(2, 1)), new(2, 1));
        Ask(run, new(1, 9));

        Assert.Equal(6, _checker.Checks);
    }

    [Fact]
    public void Asks_nothing_of_one_that_rejects_or_is_rebuilt()
    {
        Watched run = Ask(new Watched(_checker), new(1, 1)).Supervise(SupervisionAction.Dropped, Worker);

        Ask(run, new(1, 2)).Start(Worker);
        Answer(Ask(run, new(1, 1)), new(1, 1)); // it knows of nothing newer

        Assert.Equal(3, _checker.Checks);
    }

    [Fact]
    public void Finds_a_worker_that_ignores_a_higher_epoch()
    {
        Watched run = Answer(Ask(new Watched(_checker), new(1, 5)), new(1, 5));

        Ask(run, new(2, 1)).Breaks(again => Ask(again, new(2, 3)), "worker-1 did not react to request 2.1; the last one it answered is 1.5");
    }

    [Fact]
    public void Finds_an_answer_to_another_request() =>
        Ask(new Watched(_checker), new(1, 5)).Breaks(run => Answer(run, new(1, 4)), "answered request 1.4; it was entered with 1.5");

    [Fact]
    public void Finds_an_answer_to_an_older_request()
    {
        Watched run = Answer(Ask(new Watched(_checker), new(2, 1)), new(2, 1));

        Ask(run, new(1, 7)).Breaks(again => Answer(again, new(1, 7)), "answered request 1.7 after 2.1");
    }

    private static Watched Ask(Watched run, RequestId id) => run.Receive(Worker, ParticipantId.Master, Watched.Request(id));

    private static Watched Answer(Watched run, RequestId id) => run.Send(Worker, ParticipantId.Master, Watched.ReportOf(id));
}
