using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using P = ActorFed.Wire.V1.Control;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/control.proto</summary>
internal static class ControlFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<ControlMessage.WatchAsked, P.WatchAsked>("control.watch-asked.v1", _ => new(), _ => new()),
        ProtoFormat.Of<ControlMessage.StopAsked, P.StopAsked>(
            "control.stop-asked.v1",
            stop => new() { Reason = stop.Reason },
            stop => new(stop.Reason)),
        ProtoFormat.Of<ControlMessage.RunEnded, P.RunEnded>(
            "control.run-ended.v1",
            ended => new() { IsCompleted = ended.IsCompleted, Reason = ended.Reason },
            ended => new(ended.IsCompleted, ended.Reason)),
        ProtoFormat.Of<ControlMessage.Supervised, P.Supervised>(
            "control.supervised.v1",
            act => new() { Action = act.Action, Participant = act.Participant.ToString(), Reason = act.Reason, Sender = act.Sender?.ToString() ?? "" },
            act => new(act.Action, Participant(act.Participant), act.Reason, act.Sender.Length == 0 ? null : Participant(act.Sender))),
        ProtoFormat.Of<ControlMessage.Counted, P.Counted>(
            "control.counted.v1",
            counted => new()
            {
                Deliveries = counted.Deliveries,
                BytesSent = counted.BytesSent,
                Restarts = counted.Restarts,
                Violations = counted.Violations,
                SendTimeouts = counted.SendTimeouts,
            },
            counted => new(counted.Deliveries, counted.BytesSent, counted.Restarts, counted.Violations, counted.SendTimeouts)),
        ProtoFormat.Of<ControlMessage.Observed, P.Observed>("control.observed.v1", observed => Write(observed.What), observed => new(Read(observed))),
    ];

    private static ParticipantId Participant(string text, [CallerArgumentExpression(nameof(text))] string field = "") => ParticipantId.TryParse(text, out ParticipantId id)
        ? id
        : throw new InvalidDataException($"the field {Fields.NameOf(field)} is '{WireText.Shown(text)}', which is no participant such as master or worker-3.");

    private static P.Observed Write(Observation observation) => observation switch
    {
        RoundObserved round => new()
        {
            Round = new()
            {
                Round_ = round.Round,
                Heard = { round.Heard },
                Staleness = { round.Staleness },
                Candidates = round.Candidates,
                Accepted = round.Accepted,
                Measures = { Write(round.Measures) },
            },
        },
        LinksObserved links => new() { Links = new() { Receivers = { links.Sent.Select(link => link.Receiver) }, Bytes = { links.Sent.Select(link => link.Bytes) } } },
        EdgeObserved edge => new() { Edge = new() { Neighbour = edge.Neighbour, Change = (int)edge.Change, Round = edge.Round } },
        MeasuresObserved measured => new() { Measures = new() { Step = measured.Step, Measures_ = { Write(measured.Measures) } } },
        ModelObserved model => new()
        {
            Model = new() { Step = model.Step, Upper = Fields.Write(model.Upper), Middle = Fields.WriteOptional(model.Middle), Lower = Fields.Write(model.Lower) },
        },
        _ => throw new ArgumentException($"{observation.GetType().FullName} has no form on the wire: give it one in control.proto and here."),
    };

    private static Observation Read(P.Observed observed) => observed.WhatCase switch
    {
        P.Observed.WhatOneofCase.Round => new RoundObserved
        {
            Round = observed.Round.Round_,
            Heard = [.. observed.Round.Heard],
            Staleness = [.. observed.Round.Staleness],
            Candidates = observed.Round.Candidates,
            Accepted = observed.Round.Accepted,
            Measures = Read(observed.Round.Measures),
        },
        P.Observed.WhatOneofCase.Links => new LinksObserved([.. observed.Links.Receivers.Zip(observed.Links.Bytes)]),
        P.Observed.WhatOneofCase.Edge => new EdgeObserved(observed.Edge.Neighbour, (EdgeChange)observed.Edge.Change, observed.Edge.Round),
        P.Observed.WhatOneofCase.Measures => new MeasuresObserved(observed.Measures.Step, Read(observed.Measures.Measures_)),
        P.Observed.WhatOneofCase.Model => new ModelObserved
        {
            Step = observed.Model.Step,
            Upper = Fields.Read(observed.Model.Upper),
            Middle = Fields.ReadOptional(observed.Model.Middle),
            Lower = Fields.Read(observed.Model.Lower),
        },
        _ => throw new InvalidDataException("it shows none of the things that are known here: is its sender of a later build?"),
    };

    private static IEnumerable<P.Measure> Write(ImmutableArray<Measure> measures) => measures.Select(measure => new P.Measure { Name = measure.Name, Value = measure.Value });

    private static ImmutableArray<Measure> Read(IEnumerable<P.Measure> measures) => [.. measures.Select(measure => new Measure(measure.Name, Fields.Read(measure.HasValue, measure.Value)))];
}
