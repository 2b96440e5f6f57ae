using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>A list of values.</summary>
internal sealed class HoconList(Origin origin, ImmutableArray<HoconValue> items) : HoconValue(origin)
{
    /// <summary>The values, in order.</summary>
    public ImmutableArray<HoconValue> Items { get; } = items;

    /// <inheritdoc/>
    public override int Depth { get; } = 1 + items.Select(item => item.Depth).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public override long Size { get; } = 1 + items.Sum(item => item.Size);

    /// <inheritdoc/>
    public override bool Equals(HoconValue? other) => other is HoconList list && list.Items.SequenceEqual(Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(1, static (hash, item) => HashCode.Combine(hash, item));
}
