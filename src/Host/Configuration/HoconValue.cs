namespace ActorFed.Host.Configuration;

/// <summary>A resolved value: null, scalar, list or object. Values are equal when their content is; origins do not count.</summary>
internal abstract class HoconValue(Origin origin) : IEquatable<HoconValue>
{
    /// <summary>Deepest nesting of sections and lists, inclusive.</summary>
    public const int MaxDepth = 100;

    /// <summary>Where the value was written.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Levels of nesting: 1 for a scalar.</summary>
    public abstract int Depth { get; }

    /// <summary>Characters of all keys and scalars, and one for each; what bounds the growth by substitutions.</summary>
    public abstract long Size { get; }

    /// <inheritdoc/>
    public abstract bool Equals(HoconValue? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as HoconValue);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The canonical text of the value on one line.</summary>
    public sealed override string ToString() => HoconWriter.WriteInline(this);
}
