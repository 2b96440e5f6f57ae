using ActorFed.Algorithms.Core;

namespace ActorFed.Wire;

/// <summary>Bytes that are no acceptable message. They change nothing, are dropped, and count against their sender.</summary>
/// <param name="sender">Who sent them, as they say themselves; null when that cannot be read.</param>
/// <param name="name">The wire name they carry; empty when that cannot be read.</param>
/// <param name="reason">What is wrong, with the value and the limit.</param>
/// <param name="cause">The exception behind it, or null.</param>
public sealed class WireException(ParticipantId? sender, string name, string reason, Exception? cause = null)
    : Exception($"{(name.Length == 0 ? "A frame" : WireText.Shown(name))} from {sender?.ToString() ?? "an unknown sender"} was rejected: {reason}", cause)
{
    /// <summary>Who sent the bytes, as they say themselves; null when that could not be read.</summary>
    public ParticipantId? Sender { get; } = sender;

    /// <summary>The wire name; empty when it could not be read.</summary>
    public string Name { get; } = WireText.Shown(name);
}
