using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Star;
using P = ActorFed.Wire.V1.Star;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/star.proto</summary>
internal static class StarFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<StarMessage.StateAsked, P.StateAsked>("star.state-asked.v1", _ => new(), _ => new()),
        ProtoFormat.Of<StarMessage.NothingDue, P.NothingDue>("star.nothing-due.v1", _ => new(), _ => new()),
        ProtoFormat.OfBodies<StarMessage.WorkRequested, P.WorkRequested>(
            "star.work-requested.v1",
            (request, codec) => new()
            {
                Id = Write(request.Id),
                Previous = Write(request.Previous),
                State = request.State is null ? null : codec.WriteBody(request.State),
                Work = codec.WriteBody(request.Work),
            },
            (request, codec) => new()
            {
                Id = Read(request.Id),
                Previous = Read(request.Previous),
                State = request.State is null ? null : codec.ReadBody(request.State),
                Work = codec.ReadBody(Fields.Required(request.Work)),
            }),
        ProtoFormat.OfBodies<StarMessage.WorkReported, P.WorkReported>(
            "star.work-reported.v1",
            (report, codec) => new() { Id = Write(report.Id), Report = codec.WriteBody(report.Report) },
            (report, codec) => new() { Id = Read(report.Id), Report = codec.ReadBody(Fields.Required(report.Report)) }),
    ];

    private static P.RequestId Write(RequestId id) => new() { Epoch = id.Epoch, Sequence = id.Sequence };

    private static RequestId Read(P.RequestId? id, [CallerArgumentExpression(nameof(id))] string field = "")
    {
        P.RequestId there = Fields.Required(id, field);
        return new RequestId(there.Epoch, there.Sequence);
    }
}
