using ActorFed.Actors;
using ActorFed.Engines.Simulation;

namespace ActorFed.Engines.Tests;

/// <summary>The simulation keeps the promises of every engine, in virtual time.</summary>
public sealed class SimulationEngineTests : DeterministicEngineConformance
{
    protected override IEngine CreateEngine() => new SimulationEngine(new SimulationSetup());
}
