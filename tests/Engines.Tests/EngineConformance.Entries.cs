using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <content>E1 as an observer sees it: every call into a participant is told before it is made, in order and with numbers.</content>
public abstract partial class EngineConformance
{
    [Fact]
    public async Task E1_Tells_of_every_call_before_it_is_made_and_start_first()
    {
        List<string> said = [];
        RecordingObserver observer = new()
        {
            OnEntered = entry => said.Add($"{entry.Kind} {entry.What}"),
            OnObserved = observation => said.Add(((Said)observation).Text),
        };
        Scripted alone = new()
        {
            OnStart = outbox =>
            {
                said.Add("in start");
                outbox.Observe(new Said("after start"));
                outbox.Send(Master, new Note(1));
            },
            OnReceive = (_, _, outbox) =>
            {
                said.Add("in receive");
                outbox.StartTimer("wait", TimeSpan.FromMilliseconds(1));
            },
            OnTimer = (_, outbox) =>
            {
                said.Add("in timer");
                outbox.Complete("over");
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone, observer);

        AssertCompleted(report);
        Assert.Equal(
            ["Started ", "in start", "after start", $"Received {new Note(1)}", "in receive", "TimerElapsed wait", "in timer"], said);
    }

    [Fact]
    public async Task E1_Numbers_what_a_participant_sends_over_all_its_incarnations()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(2),
            (spec, incarnation, _) => spec.Id == Worker
                ? new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Send(Master, new Note((10 * incarnation) + 1));
                        outbox.Send(ParticipantId.Worker(1), new Note((10 * incarnation) + 2));
                        outbox.Send(Master, new Note((10 * incarnation) + 3));
                        outbox.Send(Worker, new Note((10 * incarnation) + 4));
                    },
                    OnReceive = (_, _, outbox) =>
                    {
                        outbox.Send(Master, new Note(99)); // not sent in incarnation 1, so not counted
                        ThrowIf(incarnation == 1, new InvalidOperationException("broken"));
                    },
                }
                : new Scripted
                {
                    OnReceive = (_, message, outbox) =>
                    {
                        if (message is Note { Number: 99 })
                        {
                            outbox.Complete("heard all");
                        }
                    },
                },
            observer);

        AssertCompleted(report);
        Assert.Equal(
            [(1, 11), (3, 13), (5, 21), (7, 23), (9, 99)],
            observer.EntriesOf(Master).Where(entry => entry.Sender == Worker).OrderBy(entry => entry.Number).Select(NumberAndNote));
        Assert.Equal([(4, 14), (8, 24)], observer.EntriesOf(Worker).Where(entry => entry.What is Note).Select(NumberAndNote));
    }

    [Fact]
    public async Task E1_Tells_of_a_rebuild_as_a_start_and_gives_notices_no_number()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            (spec, incarnation, _) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Watch(Worker);
                        outbox.Send(Worker, new Note(1));
                    },
                    OnReceive = (_, _, outbox) => outbox.Complete("told"),
                }
                : new Scripted { OnReceive = (_, _, _) => throw new InvalidOperationException("broken") },
            observer);

        AssertCompleted(report);
        Assert.Equal([EntryKind.Started, EntryKind.Received, EntryKind.Started], observer.EntriesOf(Worker).Select(entry => entry.Kind));
        Assert.Equal(
            new Entry(Master, EntryKind.Received, Worker, 0, new LifecycleMessage.ParticipantRestarted(2)), observer.EntriesOf(Master)[^1]);
    }

    [Fact]
    public async Task E1_Tells_that_a_participant_is_stopped_from_outside()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            spec => spec.Id == Master
                ? new Scripted { OnStart = outbox => outbox.Watch(Worker), OnReceive = RejectAndAwaitStop }
                : new Scripted { OnStart = outbox => SendNotes(outbox, Master, Policy.MaxViolations) },
            observer);

        AssertCompleted(report);
        Assert.Equal([EntryKind.Started, EntryKind.Stopped], observer.EntriesOf(Worker).Select(entry => entry.Kind));
        Assert.Contains("nothing is accepted here", (string)observer.EntriesOf(Worker)[^1].What!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E5_Fails_with_the_exception_of_an_observer_that_throws_at_an_entry_and_makes_no_call()
    {
        InvalidOperationException failure = new("the observer is broken");
        int calls = 0;

        RunReport report = await RunAsync(
            Plan(0), _ => new Scripted { OnStart = _ => calls++ }, new RecordingObserver { OnEntered = _ => throw failure });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Same(failure, report.Failure);
        Assert.Equal(0, calls);
    }

    private static (long Number, long Note) NumberAndNote(Entry entry) => (entry.Number, ((Note)entry.What!).Number);
}
