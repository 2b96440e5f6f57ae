using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>Watches one rule of a simulated run; one that is broken is thrown as a <see cref="CheckerException"/>.</summary>
/// <param name="name">Name of the rule, in kebab case.</param>
public abstract class Checker(string name) : ISimulationObserver
{
    private ISimulationView? _view;

    /// <summary>Name of the rule, in kebab case.</summary>
    public string Name => name;

    /// <summary>How often the rule was looked at. At 0, the run gave no occasion for it and proves nothing.</summary>
    public long Checks { get; protected set; }

    /// <summary>Looks into the run.</summary>
    protected ISimulationView View => _view ?? throw new InvalidOperationException($"The checker '{name}' was not told of the run's beginning.");

    /// <inheritdoc/>
    public virtual void Began(ISimulationView view) => _view = view;

    /// <inheritdoc/>
    public virtual void Entered(TimeSpan at, in Entry entry)
    {
    }

    /// <inheritdoc/>
    public virtual void Sent(in Sending sending)
    {
    }

    /// <inheritdoc/>
    public virtual void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
    }

    /// <inheritdoc/>
    public virtual void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
    }

    /// <summary>The run is over: what can only be told now.</summary>
    public virtual void Ended(RunReport report)
    {
    }

    /// <summary>The rule was broken by what is happening now.</summary>
    protected CheckerException Broken(string what, Exception? cause = null) => new(name, View.Now, View.Events, what, cause);

    /// <summary>The rule was broken by the run as a whole.</summary>
    protected CheckerException Broken(RunReport report, string what) => new(name, report.Elapsed, report.Events, what);

    /// <summary>Whether a new incarnation of the master begins.</summary>
    protected static bool StartsMaster(in Entry entry) =>
        entry.Kind == EntryKind.Started && entry.Participant.Role == Role.Master;
}
