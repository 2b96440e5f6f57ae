using ActorFed.Engines.Simulation;

namespace ActorFed.Host.Experiments;

/// <summary>Makes simulations as an experiment describes them.</summary>
internal static class SimulatedEngine
{
    /// <summary>The setup of an experiment's simulation.</summary>
    public static SimulationSetup SetupOf(Experiment experiment) => new()
    {
        Time = new SimulatedTime(experiment.Options.Simulation.ToTime(), experiment.Options.Workers, experiment.Options.Seed),
        Nodes = experiment.Options.Simulation.Nodes,
    };
}
