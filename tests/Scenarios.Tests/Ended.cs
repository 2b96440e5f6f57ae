using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>How a scenario ended, and all that was seen of it.</summary>
internal sealed record Ended(RunReport Report, RunLog Log)
{
    public IReadOnlyList<StepObserved> Steps => Log.Of<StepObserved>();

    /// <summary>The model observed last.</summary>
    public ModelObserved Model => Log.Of<ModelObserved>()[^1];

    public Ended MustHaveCompleted()
    {
        Assert.True(Report.Outcome == RunOutcome.Completed, $"{Report.Outcome}: {Report.Reason}");
        return this;
    }

    /// <summary>The same final model, bit for bit.</summary>
    public void MustEqual(Ended expected)
    {
        Assert.Equal(expected.Model.Step, Model.Step);
        Assert.Equal(Bits(expected.Model.Upper), Bits(Model.Upper));
        Assert.Equal(Bits(expected.Model.Lower), Bits(Model.Lower));
    }

    private static long[] Bits(FlatVector vector) => [.. vector.Span.ToArray().Select(BitConverter.DoubleToInt64Bits)];
}
