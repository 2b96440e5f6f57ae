namespace ActorFed.Host.Configuration;

/// <summary>The value <c>null</c>: set, and set to nothing.</summary>
internal sealed class HoconNull(Origin origin) : HoconValue(origin)
{
    /// <inheritdoc/>
    public override int Depth => 1;

    /// <inheritdoc/>
    public override long Size => 1;

    /// <inheritdoc/>
    public override bool Equals(HoconValue? other) => other is HoconNull;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
