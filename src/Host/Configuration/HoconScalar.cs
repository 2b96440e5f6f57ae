namespace ActorFed.Host.Configuration;

/// <summary>A string, number, boolean, duration or size, kept as it was written; who reads it decides which of these it is.</summary>
internal sealed class HoconScalar(Origin origin, string text) : HoconValue(origin)
{
    /// <summary>The characters, without quotes and escapes.</summary>
    public string Text { get; } = text;

    /// <inheritdoc/>
    public override int Depth => 1;

    /// <inheritdoc/>
    public override long Size => Text.Length + 1;

    /// <inheritdoc/>
    public override bool Equals(HoconValue? other) => other is HoconScalar scalar && scalar.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
