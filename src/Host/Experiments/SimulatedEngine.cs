using ActorFed.Engines.Simulation;

namespace ActorFed.Host.Experiments;

/// <summary>Makes simulations as an experiment describes them.</summary>
internal static class SimulatedEngine
{
    /// <summary>The setup of an experiment's simulation.</summary>
    public static SimulationSetup SetupOf(Experiment experiment)
    {
        ExperimentOptions options = experiment.Options;
        SimulationSetup setup = new()
        {
            Time = new SimulatedTime(options.Simulation.ToTime(), options.Workers, options.Seed),
            Nodes = options.Simulation.Nodes,
        };
        return setup with
        {
            Faults = options.Simulation.Faults.ToSource(
                options.Seed,
                setup.Place(experiment.ToPlan("simulated").Participants.Select(participant => participant.Id)),
                options.Supervision.MaxViolations),
        };
    }
}
