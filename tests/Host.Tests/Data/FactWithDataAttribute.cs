using Xunit;

namespace ActorFed.Host.Tests.Data;

/// <summary>A test that needs the real data sets, and is skipped, saying so, where <c>ACTORFED_DATA</c> does not name them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithDataAttribute : FactAttribute
{
    public FactWithDataAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORFED_DATA")))
        {
            Skip = "Needs real data sets: set ACTORFED_DATA to the folder that holds them.";
        }
    }
}
