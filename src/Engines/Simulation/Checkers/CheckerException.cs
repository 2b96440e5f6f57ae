namespace ActorFed.Engines.Simulation;

/// <summary>A run broke a rule that a checker watches.</summary>
/// <param name="checker">Name of the rule, in kebab case.</param>
/// <param name="at">When, in virtual time.</param>
/// <param name="event">During which event of the run, from 1.</param>
/// <param name="what">What was expected and what was found.</param>
/// <param name="cause">The exception behind it; null when there is none.</param>
public sealed class CheckerException(string checker, TimeSpan at, long @event, string what, Exception? cause = null)
    : Exception($"The rule '{checker}' was broken at {at} (event {@event}): {what}", cause)
{
    /// <summary>Name of the rule, in kebab case.</summary>
    public string Checker { get; } = checker;

    /// <summary>When, in virtual time.</summary>
    public TimeSpan At { get; } = at;

    /// <summary>During which event of the run, from 1.</summary>
    public long Event { get; } = @event;

    /// <summary>What was expected and what was found.</summary>
    public string What { get; } = what;
}
