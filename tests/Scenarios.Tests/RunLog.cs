using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;

namespace ActorFed.Scenarios.Tests;

/// <summary>Keeps all that a run shows.</summary>
internal sealed class RunLog : ISimulationObserver
{
    private readonly Lock _gate = new();
    private readonly List<Observation> _observations = [];
    private readonly List<SupervisionEvent> _acts = [];

    public Action<Observation> OnObserved { get; init; } = _ => { };

    /// <summary>What struck, in a simulation.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>All acts of supervision, in order.</summary>
    public IReadOnlyList<SupervisionEvent> Acts
    {
        get
        {
            lock (_gate)
            {
                return [.. _acts];
            }
        }
    }

    /// <summary>All observations of one kind, in order.</summary>
    public IReadOnlyList<T> Of<T>()
        where T : Observation
    {
        lock (_gate)
        {
            return [.. _observations.OfType<T>()];
        }
    }

    public void Struck(TimeSpan at, Fault fault) => Faults.Struck(at, fault);

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        lock (_gate)
        {
            _observations.Add(observation);
        }

        OnObserved(observation);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        lock (_gate)
        {
            _acts.Add(supervisionEvent);
        }
    }
}
