using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// An observer that a simulation tells more. All calls come from the one thread of the run. One that throws fails the run with
/// its exception, which is how a checker ends a run that broke its rule.
/// </summary>
public interface ISimulationObserver : IRunObserver
{
    /// <summary>The run begins.</summary>
    /// <param name="view">Looks into the run; valid as long as it lasts.</param>
    void Began(ISimulationView view)
    {
    }

    /// <summary>A message left its sender.</summary>
    void Sent(in Sending sending)
    {
    }

    /// <summary>A fault struck; what it does at once is done.</summary>
    void Struck(TimeSpan at, Fault fault)
    {
    }
}

/// <summary>Looks into a simulated run.</summary>
public interface ISimulationView
{
    /// <summary>Virtual time since the run began.</summary>
    TimeSpan Now { get; }

    /// <summary>Events so far; the one under way counts.</summary>
    long Events { get; }

    /// <summary>The state of a participant by name; empty while it is down.</summary>
    IEnumerable<StateEntry> Inspect(ParticipantId participant);

    /// <summary>Where a participant stands.</summary>
    ActorState StateOf(ParticipantId participant);
}
