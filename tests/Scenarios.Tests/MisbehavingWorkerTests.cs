using ActorFed.Actors;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class MisbehavingWorkerTests
{
    private const int Steps = 40;
    private const int MaxViolations = 3;

    private static readonly ParticipantId Odd = ParticipantId.Worker(1);

    [Fact]
    public async Task An_answer_said_twice_counts_once()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(1), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        Ended actual = await (scenario with { Participant = Replace(report => [report, report, report]) }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal(0, actual.Report.Violations);
    }

    [Fact]
    public async Task An_answer_of_long_ago_said_again_is_ignored()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(2), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        List<Message> said = [];
        Ended actual = await (scenario with
        {
            Participant = Replace(report =>
            {
                said.Add(report);
                return said.AsEnumerable().Reverse().Take(5).Append(said[0]);
            }),
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal(0, actual.Report.Violations);
    }

    [Fact]
    public async Task An_answer_to_an_earlier_master_is_ignored()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(3), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        RequestId last = RequestId.None;
        Ended actual = await (scenario with
        {
            Participant = Replace(report =>
            {
                bool isNew = last < report.Id; // the master asks again whoever seems not to know it: say so once per request
                last = report.Id;
                return isNew ? [report with { Id = new RequestId(0, report.Id.Sequence) }, report] : [report];
            }),
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal(0, actual.Report.Violations);
    }

    [Fact]
    public async Task An_answer_to_a_request_never_made_is_dropped_and_counted_against_its_sender()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(4), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        int extra = 2;
        Ended actual = await (scenario with
        {
            Participant = Replace(report => extra-- > 0 ? [report with { Id = new RequestId(99, 1) }, report] : [report]),
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal(2, actual.Report.Violations);
        Assert.All(actual.Log.Acts, act => Assert.Equal((SupervisionAction.Dropped, ParticipantId.Master, Odd), (act.Action, act.Participant, act.Sender)));
        Assert.All(actual.Log.Acts, act => Assert.Contains("WorkReported from worker-1 was rejected", act.Reason, StringComparison.Ordinal));
        Assert.All(actual.Log.Acts, act => Assert.Contains("99.1", act.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short", MaxViolations, "x_i has length 3; 4 is needed")]
    [InlineData("NaN", MaxViolations, "entry 1 of y_i is NaN")]
    [InlineData("other", MaxViolations, "PlaneDifferentiated does not answer Step")]
    [InlineData("short", 200 * MaxViolations, "x_i has length 3; 4 is needed")] // many are in the mail when it is stopped
    public async Task One_whose_answers_are_wrong_is_stopped_at_the_limit_and_the_run_goes_on(string kind, int answers, string reason)
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(5),
            Options = Cases.Paper,
            Steps = Steps,
            Supervision = new SupervisionPolicy { MaxViolations = MaxViolations },
            Participant = Replace(report => Enumerable.Repeat(report with { Report = Spoiled(report.Report, kind) }, answers)),
        };

        Ended ended = await scenario.CompleteAsync();

        SupervisionEvent[] dropped = [.. ended.Log.Acts.Where(act => act.Action == SupervisionAction.Dropped)];
        Assert.InRange(dropped.Length, MaxViolations, answers); // some may be dropped before the master hears of the stop
        Assert.All(dropped, act => Assert.Equal(Odd, act.Sender));
        Assert.All(dropped, act => Assert.Contains(reason, act.Reason, StringComparison.Ordinal));
        SupervisionEvent stopped = Assert.Single(ended.Log.Acts, act => act.Action == SupervisionAction.Stopped);
        Assert.Equal(Odd, stopped.Participant);
        Assert.All(ended.Steps, step => Assert.DoesNotContain(1, step.Active));
        Assert.Equal(Steps, ended.Steps.Count);
    }

    [Fact]
    public async Task One_whose_answers_are_wrong_fails_the_run_where_the_experiment_says_so()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(6),
            Options = Cases.Paper,
            Steps = Steps,
            OnLoss = OnLoss.Fail,
            Supervision = new SupervisionPolicy { MaxViolations = 1 },
            Participant = Replace(report => [report with { Report = Spoiled(report.Report, "short") }]),
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("worker-1", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Contains("x_i has length 3; 4 is needed", ended.Report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_one_is_asked_again_and_the_result_keeps_its_bits()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(7), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        RequestId swallowed = RequestId.None;
        int answers = 0;
        Ended actual = await (scenario with
        {
            AskAgainAfter = TimeSpan.FromMilliseconds(20),
            Participant = Replace(report =>
            {
                bool isLost = ++answers % 20 == 0 && swallowed < report.Id; // never the same answer twice
                swallowed = isLost ? report.Id : swallowed;
                return isLost ? [] : [report];
            }),
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Contains(actual.Log.Of<WorkerObserved>(), seen => seen is { Worker: 1, Change: WorkerChange.AskedAgain });
    }

    /// <summary>Lets worker 1 say something else than its reports.</summary>
    private static Func<ParticipantId, IParticipant, IParticipant> Replace(
        Func<StarMessage.WorkReported, IEnumerable<Message>> instead) => (id, participant) => id == Odd
        ? new Intercepted(participant) { Sent = message => message is StarMessage.WorkReported report ? instead(report) : [message] }
        : participant;

    private static StarBody Spoiled(StarBody report, string kind) => (report, kind) switch
    {
        (AdboBody.Stepped stepped, "short") => stepped with { Upper = FlatVector.CopyOf(stepped.Upper.Span[1..]) },
        (AdboBody.Stepped stepped, "NaN") => stepped with { Lower = FlatVector.Create(stepped.Lower.Length, lower => lower[1] = double.NaN) },
        (AdboBody.Stepped stepped, _) => new AdboBody.PlaneDifferentiated(stepped.Upper),
        _ => report,
    };
}
