using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Collects what struck in a run; as a plan, it makes the same run without drawing anything.</summary>
public sealed class FaultLog : ISimulationObserver
{
    private readonly List<(TimeSpan At, Fault Fault)> _struck = [];

    /// <summary>What struck and when, in order.</summary>
    public IReadOnlyList<(TimeSpan At, Fault Fault)> Faults => _struck;

    /// <summary>The faults as a plan.</summary>
    public FaultPlan Plan => new(_struck.Select(entry => entry.Fault));

    /// <summary>When the last fault that struck is over; zero when none did.</summary>
    public TimeSpan Until { get; private set; }

    /// <summary>How many faults of a kind struck.</summary>
    /// <param name="kind">A name of <see cref="FaultKinds.All"/>.</param>
    public int CountOf(string kind) => _struck.Count(entry => entry.Fault.Kind == kind);

    /// <inheritdoc/>
    public void Struck(TimeSpan at, Fault fault)
    {
        _struck.Add((at, fault));
        TimeSpan until = fault switch
        {
            TimedFault timed => timed.Until,
            ILastingFault delaying => at + delaying.Lasts,
            _ => at,
        };
        Until = until > Until ? until : Until;
    }

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
    }

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
    }
}
