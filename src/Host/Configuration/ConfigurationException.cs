namespace ActorFed.Host.Configuration;

/// <summary>The configuration cannot be used. Each error is one line: where, which key, what is wrong, the way out.</summary>
internal sealed class ConfigurationException : Exception
{
    /// <summary>One error at one place.</summary>
    public ConfigurationException(Origin origin, string problem)
        : this([$"{origin}: {problem}"])
    {
    }

    /// <summary>All errors that were found together; at least one.</summary>
    public ConfigurationException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>The errors, in the order in which they stand in their files.</summary>
    public IReadOnlyList<string> Errors { get; }
}
