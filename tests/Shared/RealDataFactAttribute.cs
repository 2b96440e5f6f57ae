using Xunit;

namespace ActorFed.Tests.Shared;

/// <summary>A test that reads a published data set; skipped, with the reason, where the set is not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute(string set) => Skip = RealData.WhyMissing(set);
}
