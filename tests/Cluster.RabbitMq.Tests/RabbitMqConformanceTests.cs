using ActorFed.Actors;
using ActorFed.Engines.Tests;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>What every engine promises, over a real broker. All participants are in this process; every message goes through the broker.</summary>
[Collection(WithBroker.Name)]
public sealed class RabbitMqConformanceTests(PrivateBroker broker) : EngineConformance
{
    private readonly string _prefix = TestEngine.NewPrefix();

    protected override int FloodNotes => 5_000; // each is stored on a disk and confirmed

    protected override IEngine CreateEngine() => TestEngine.Create(broker, _prefix);
}
