using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Observability;

internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>What is written of a program that runs for long, and how.</summary>
internal sealed record LogOptions
{
    public required LogFormat Format { get; init; }

    /// <summary>The least that is written.</summary>
    public required LogLevel Level { get; init; }

    /// <summary>File that entries are added to; null: the terminal, of commands that nobody watches.</summary>
    public required string? File { get; init; }
}
