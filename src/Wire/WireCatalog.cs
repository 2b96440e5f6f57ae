using System.Collections.Immutable;
using ActorFed.Wire.Formats;

namespace ActorFed.Wire;

/// <summary>The one list that the formats of a new protocol or algorithm join.</summary>
public static class WireCatalog
{
    /// <summary>All formats.</summary>
    public static ImmutableArray<WireFormat> All { get; } =
    [
        .. LifecycleFormats.All,
        .. ControlFormats.All,
        .. StarFormats.All,
        .. GraphFormats.All,
        .. PairFormats.All,
        .. AdboFormats.All,
        .. FedNestFormats.All,
        .. PbgdFormats.All,
        .. BlJustFormats.All,
        .. AftoFormats.All,
        .. FederatedFormats.All,
        .. SplitFormats.All,
        .. AsdSvrgFormats.All,
    ];

    /// <summary>A codec of all formats.</summary>
    public static WireCodec Codec { get; } = new(All);
}
