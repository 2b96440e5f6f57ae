using System.Collections.Immutable;
using ActorFed.Algorithms.Graph.Pairs;
using P = ActorFed.Wire.V1.Pairs;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/pairs.proto</summary>
internal static class PairFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<PairMessage.Proposed, P.Proposed>(
            "pairs.proposed.v1",
            proposed => new()
            {
                Exchange = proposed.Exchange,
                Slope = Fields.Write(proposed.Side.Slope),
                Gram = Fields.Write(proposed.Side.Gram),
                Lipschitz = proposed.Side.Lipschitz,
                Value = Fields.Write(proposed.Side.Value),
            },
            proposed => new()
            {
                Exchange = proposed.Exchange,
                Side = new()
                {
                    Slope = Fields.Read(proposed.Slope),
                    Gram = Fields.Read(proposed.Gram),
                    Lipschitz = Fields.Read(proposed.HasLipschitz, proposed.Lipschitz),
                    Value = Fields.Read(proposed.Value),
                },
            }),
        ProtoFormat.Of<PairMessage.Decided, P.Decided>(
            "pairs.decided.v1",
            decided => new()
            {
                Exchange = decided.Exchange,
                Step = decided.Answer.Step,
                Multiplier = Fields.Write(decided.Answer.Multiplier),
                Move = Fields.Write(decided.Answer.Move),
            },
            decided => new()
            {
                Exchange = decided.Exchange,
                Answer = new()
                {
                    Step = Fields.Read(decided.HasStep, decided.Step),
                    Multiplier = Fields.Read(decided.Multiplier),
                    Move = Fields.Read(decided.Move),
                },
            }),
        ProtoFormat.Of<PairMessage.BlockMoved, P.BlockMoved>(
            "pairs.block-moved.v1",
            moved => new() { Block = moved.Block, Version = moved.Version, Values = Fields.Write(moved.Values) },
            moved => new() { Block = moved.Block, Version = moved.Version, Values = Fields.Read(moved.Values) }),
        ProtoFormat.Of<PairMessage.BlockAsked, P.BlockAsked>("pairs.block-asked.v1", asked => new() { Version = asked.Version }, asked => new(asked.Version)),
        ProtoFormat.Of<PairMessage.ProposalAsked, P.ProposalAsked>(
            "pairs.proposal-asked.v1",
            asked => new() { Exchange = asked.Exchange },
            asked => new(asked.Exchange)),
        ProtoFormat.Of<PairMessage.NotYet, P.NotYet>("pairs.not-yet.v1", notYet => new() { Exchange = notYet.Exchange }, notYet => new(notYet.Exchange)),
        ProtoFormat.Of<PairMessage.Finished, P.Finished>(
            "pairs.finished.v1",
            finished => new() { Block = finished.Block, Distance = finished.Distance },
            finished => new(finished.Block, finished.Distance)),
    ];
}
