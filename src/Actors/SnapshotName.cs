using System.Globalization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>The name of a snapshot's file, such as <c>master.000012.3.snap</c>: the 12th of the master, taken by its incarnation 3.</summary>
/// <param name="Participant">Whose snapshot.</param>
/// <param name="Generation">The participant's snapshots are counted from 1.</param>
/// <param name="Incarnation">Who took it. It stands in the name so that it outlives damage to the content.</param>
/// <param name="IsUnfinished">Whether the file never got its name, see <see cref="ISnapshotFiles.UnfinishedEnding"/>.</param>
internal readonly record struct SnapshotName(ParticipantId Participant, long Generation, int Incarnation, bool IsUnfinished = false)
{
    private const string Ending = ".snap";

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Participant}.{Generation:D6}.{Incarnation}{Ending}{(IsUnfinished ? ISnapshotFiles.UnfinishedEnding : "")}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, ParticipantId participant, out SnapshotName name)
    {
        name = default;
        bool isUnfinished = text.EndsWith(ISnapshotFiles.UnfinishedEnding, StringComparison.Ordinal);
        string[] parts = (isUnfinished ? text[..^ISnapshotFiles.UnfinishedEnding.Length] : text).Split('.');
        if (parts.Length != 4
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long generation)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int incarnation))
        {
            return false;
        }

        name = new SnapshotName(participant, generation, incarnation, isUnfinished);
        return name.ToString() == text; // one name each, and nobody else's
    }
}
