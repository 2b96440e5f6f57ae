using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>What a snapshot store has to tell.</summary>
/// <param name="Participant">Whose snapshot.</param>
/// <param name="File">Name of its file.</param>
/// <param name="Damage">What is wrong with the file, or null: it was stored.</param>
public sealed record SnapshotNotice(ParticipantId Participant, string File, string? Damage = null)
{
    /// <summary>The notice as a sentence.</summary>
    public override string ToString() => Damage is null
        ? $"Snapshot {File} of {Participant} was stored."
        : $"Snapshot {File} of {Participant} is damaged ({Damage}); the newest intact one before it is used, and without one the run cannot go on.";
}
