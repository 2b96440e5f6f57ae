using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>The dual variable θ_i of a local copy's agreement with the consensus, x_i = v.</summary>
public static class ConsensusDual
{
    /// <summary>θ_i + η ( x_i − v − c θ_i ), its entries clamped where there is a limit.</summary>
    /// <param name="dual">θ_i.</param>
    /// <param name="local">x_i.</param>
    /// <param name="consensus">v.</param>
    /// <param name="step">η.</param>
    /// <param name="regularization">c.</param>
    /// <param name="max">Largest absolute value of an entry, or null.</param>
    public static FlatVector Step(
        FlatVector dual, FlatVector local, FlatVector consensus, double step, double regularization, double? max)
    {
        FlatVector next = FlatVector.Combine(
            new Term(1 - (step * regularization), dual), new Term(step, local), new Term(-step, consensus));
        return max is double limit ? Clamp(next, limit) : next;
    }

    private static FlatVector Clamp(FlatVector vector, double max) => FlatVector.Create(vector.Length, entries =>
    {
        for (int j = 0; j < entries.Length; j++)
        {
            entries[j] = Math.Clamp(vector[j], -max, max);
        }
    });
}
