using System.Globalization;

namespace ActorFed.Algorithms.Graph;

/// <summary>Where a participant stands: an exchange of a round. Everything it sends is named by it.</summary>
/// <param name="Round">From 0.</param>
/// <param name="Exchange">From 0 within the round.</param>
public readonly record struct Position(long Round, int Exchange) : IComparable<Position>
{
    /// <inheritdoc/>
    public int CompareTo(Position other) =>
        Round != other.Round ? Round.CompareTo(other.Round) : Exchange.CompareTo(other.Exchange);

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="right"/> comes first.</summary>
    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Round}.{Exchange}");
}
