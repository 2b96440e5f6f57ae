namespace ActorFed.Host.Configuration;

/// <summary>Keys and defaults beside those of reference.conf.</summary>
/// <param name="Source">Where they come from, for errors.</param>
/// <param name="Text">HOCON: each key with its default, and its meaning in the comment above it.</param>
internal sealed record ReferencePart(string Source, string Text);
