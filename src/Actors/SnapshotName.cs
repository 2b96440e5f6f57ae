using System.Globalization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>The name of a snapshot's file, such as <c>master.000012.snap</c>.</summary>
/// <param name="Participant">Whose snapshot.</param>
/// <param name="Generation">The participant's snapshots are counted from 1.</param>
internal readonly record struct SnapshotName(ParticipantId Participant, long Generation)
{
    private const string Ending = ".snap";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Participant}.{Generation:D6}{Ending}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, ParticipantId participant, out SnapshotName name)
    {
        string start = $"{participant}.";
        name = default;
        if (!text.StartsWith(start, StringComparison.Ordinal) || !text.EndsWith(Ending, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan()[start.Length..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long generation))
        {
            return false;
        }

        name = new SnapshotName(participant, generation);
        return true;
    }
}
