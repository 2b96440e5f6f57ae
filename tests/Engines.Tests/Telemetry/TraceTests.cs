using System.Diagnostics;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests.Telemetry;

public sealed class TraceTests
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    [Fact]
    public void Describes_the_turn_of_a_participant()
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");

        Turn(telemetry, Worker, new Note(3), outbox => outbox.Send(Master, new Note(4)));

        Activity activity = Assert.Single(meters.Activities);
        Assert.Equal(("receive Note", ActivityKind.Consumer), (activity.OperationName, activity.Kind));
        Assert.Equal(
            [
                (Attributes.Epoch, "2"), (Attributes.Message, "Note"), (Attributes.MessageBytes, "8"), (Attributes.Participant, "worker-0"),
                (Attributes.Run, "run-1"), (Attributes.Sender, "master"), (Attributes.SentMessages, "1"),
            ],
            activity.TagObjects.Select(tag => (tag.Key, tag.Value!.ToString()!)).Order());
    }

    [Fact]
    public void Follows_a_message_there_and_back_and_begins_anew()
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        (Note asked, Note answered, Note askedAgain, Note answeredAgain) = (new(1), new(2), new(3), new(4));

        Turn(telemetry, Master, new Note(0), outbox => outbox.Send(Worker, asked));
        Turn(telemetry, Worker, asked, outbox => outbox.Send(Master, answered));
        Turn(telemetry, Master, answered, outbox => outbox.Send(Worker, askedAgain));
        Turn(telemetry, Worker, askedAgain, outbox => outbox.Send(Master, answeredAgain));

        IReadOnlyList<Activity> turns = meters.Activities;
        Assert.Equal(default, turns[0].ParentSpanId);
        Assert.Equal(turns[0].SpanId, turns[1].ParentSpanId);
        Assert.Equal(turns[1].SpanId, turns[2].ParentSpanId);
        Assert.Single(turns.Take(3).Select(turn => turn.TraceId).Distinct());
        Assert.NotEqual(turns[2].TraceId, turns[3].TraceId);
        Assert.Equal(turns[2].Context, Assert.Single(turns[3].Links).Context);
    }

    [Fact]
    public void Forgets_where_a_message_came_from_when_a_turn_without_trace_sends_it_again()
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        Note answer = new(1);
        Turn(telemetry, Master, new Note(0), outbox => outbox.Send(Worker, answer));

        meters.Samples = _ => false;
        Turn(telemetry, Master, new Note(0), outbox => outbox.Send(Worker, answer));
        meters.Samples = _ => true;
        Turn(telemetry, Worker, answer, _ => { });

        Assert.Equal(default, meters.Activities[^1].ParentSpanId);
    }

    [Fact]
    public void Marks_a_turn_that_threw()
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");

        Assert.Throws<ArithmeticException>(() => Turn(telemetry, Worker, new Note(1), _ => throw new ArithmeticException("NaN")));

        Activity activity = Assert.Single(meters.Activities);
        Assert.Equal((ActivityStatusCode.Error, "NaN"), (activity.Status, activity.StatusDescription));
        Assert.Equal(typeof(ArithmeticException).FullName, activity.GetTagItem(Attributes.Error));
    }

    [Fact]
    public void Leaves_the_activity_of_its_thread_as_it_was()
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        using Activity outer = new Activity("outer").Start();

        Turn(telemetry, Worker, new Note(1), _ => { });

        Assert.Same(outer, Activity.Current);
        Assert.Equal(default, Assert.Single(meters.Activities).ParentSpanId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Carries_the_turn_of_the_sender_in_headers(bool asBytes)
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        Note sent = new(1);
        Turn(telemetry, Master, new Note(0), outbox => outbox.Send(Worker, sent));
        Dictionary<string, object?> headers = [];

        MessageContext.Inject(sent, headers);
        Note received = new(1);
        MessageContext.Extract(received, asBytes ? headers.ToDictionary(header => header.Key, header => (object?)Encoding.UTF8.GetBytes((string)header.Value!)) : headers);
        Turn(telemetry, Worker, received, _ => { });

        Assert.Equal(["traceparent", "tracestate"], headers.Keys.Order());
        Assert.Equal(meters.Activities[0].SpanId, meters.Activities[1].ParentSpanId);
        Assert.True(meters.Activities[1].HasRemoteParent);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "actorfed=1")] // nobody sampled it
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", "actorfed=1")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c", "actorfed=1")]
    [InlineData("", "")]
    public void Takes_up_no_header_that_says_nothing(string parent, string state)
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        Note received = new(1);

        MessageContext.Extract(received, new Dictionary<string, object?> { ["traceparent"] = parent, ["tracestate"] = state });
        Turn(telemetry, Worker, received, _ => { });

        Activity activity = Assert.Single(meters.Activities);
        Assert.Equal(default, activity.ParentSpanId);
        Assert.Empty(activity.Links);
    }

    [Theory]
    [InlineData("")]
    [InlineData("other=1")]
    [InlineData("actorfed=-1")]
    [InlineData("actorfed=99999999999999")]
    public void Only_links_to_a_turn_whose_place_in_its_trace_is_not_known(string state)
    {
        using Meters meters = new(traces: true);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        Note received = new(1);

        MessageContext.Extract(
            received, new Dictionary<string, object?> { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ["tracestate"] = state });
        Turn(telemetry, Worker, received, _ => { });

        Assert.Equal("b7ad6b7169203331", Assert.Single(Assert.Single(meters.Activities).Links).Context.SpanId.ToString());
    }

    [Fact]
    public void Writes_no_header_for_a_message_without_trace()
    {
        Dictionary<string, object?> headers = [];

        MessageContext.Inject(new Note(1), headers);

        Assert.Empty(headers);
    }

    private static void Turn(RunTelemetry telemetry, ParticipantId participant, Message message, Action<Outbox> does)
    {
        Scripted scripted = new() { OnReceive = (_, _, outbox) => does(outbox) };
        telemetry.Over(new ScriptedFactory((_, _, _) => scripted))
            .Create(new ParticipantSpec(participant, null), 2, null)
            .Receive(participant == Master ? Worker : Master, message, new Outbox());
    }
}
