using System.Text.Json;

namespace ActorFed.Host.Verify;

/// <summary>Replays one format of vector files through an algorithm's real rules. Every algorithm has one.</summary>
internal interface IVectorVerifier
{
    /// <summary>The format, in words for a list.</summary>
    string Format { get; }

    /// <summary>Whether this verifier reads the file.</summary>
    bool Recognises(JsonElement file);

    /// <summary>Replays every case.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    IEnumerable<VerifiedCase> Verify(JsonElement file);
}
