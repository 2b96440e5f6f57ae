using System.ComponentModel.DataAnnotations;

namespace ActorFed.Wire;

/// <summary>How large things on the wire may be.</summary>
public sealed record WireLimits : IValidatableObject
{
    /// <summary>Room that a frame's head takes at most: names, numbers and the run's id.</summary>
    public const int MaxHeadBytes = 1024;

    /// <summary>Longest id of a run, in characters; at least 1 in use.</summary>
    public const int MaxRunIdLength = 128;

    /// <summary>
    /// Smallest chunk but the last of a message: what is kept about a chunk besides its bytes is then little beside them.
    /// </summary>
    public const int MinChunkBytes = 4096;

    // Protobuf counts in 32 bits; what remains is for the fields around the vectors.
    private const int MaxPayload = int.MaxValue - (1 << 20);

    /// <summary>Largest payload of one message, all chunks together; at least 1. A larger one is an error of its sender.</summary>
    public int MaxPayloadBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Largest part of a payload in one frame; at least <see cref="MinChunkBytes"/>. Larger payloads travel in chunks of this size, so that others on the
    /// same connection need not wait for them.
    /// </summary>
    public int MaxChunkBytes { get; init; } = 1 << 20;

    /// <summary>Most bytes of incomplete messages that a receiver keeps; at least <see cref="MaxPayloadBytes"/>. Beyond it the oldest is given up.</summary>
    public long MaxIncompleteBytes { get; init; } = 512L << 20;

    /// <summary>Largest frame: a chunk and its head.</summary>
    public long MaxFrameBytes => (long)MaxChunkBytes + MaxHeadBytes;

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        if (Validate(new ValidationContext(this)).FirstOrDefault() is { } fault)
        {
            throw new ArgumentException($"{fault.MemberNames.First()} {fault.ErrorMessage}");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxPayloadBytes is < 1 or > MaxPayload)
        {
            yield return new ValidationResult($"is {MaxPayloadBytes}; it must be in [1, {MaxPayload}].", [nameof(MaxPayloadBytes)]);
        }

        if (MaxChunkBytes is < MinChunkBytes or > MaxPayload)
        {
            yield return new ValidationResult($"is {MaxChunkBytes}; it must be in [{MinChunkBytes}, {MaxPayload}].", [nameof(MaxChunkBytes)]);
        }

        if (MaxIncompleteBytes < MaxPayloadBytes)
        {
            yield return new ValidationResult(
                $"is {MaxIncompleteBytes}; it must be at least {nameof(MaxPayloadBytes)}, {MaxPayloadBytes}, so that the largest message can be put together.",
                [nameof(MaxIncompleteBytes)]);
        }
    }
}
