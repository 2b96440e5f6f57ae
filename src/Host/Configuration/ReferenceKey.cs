namespace ActorFed.Host.Configuration;

/// <summary>A key of reference.conf that has a value of its own, and what is said about it.</summary>
/// <param name="Path">Its dotted path.</param>
/// <param name="Documentation">The comment lines directly above it, without their marks; empty when there are none.</param>
/// <param name="Default">Its value as canonical text; <c>{}</c> for a section whose keys are free.</param>
/// <param name="Origin">Where it stands.</param>
internal sealed record ReferenceKey(string Path, string Documentation, string Default, Origin Origin);
