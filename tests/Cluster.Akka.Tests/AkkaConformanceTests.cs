using ActorFed.Actors;
using ActorFed.Engines.Tests;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>What every engine promises, on the actors of Akka.NET. Every message goes as bytes.</summary>
public sealed class AkkaConformanceTests : EngineConformance
{
    protected override IEngine CreateEngine() => new AkkaEngine(TestCodec.Instance);
}
