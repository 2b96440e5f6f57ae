using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>Random vectors of tests.</summary>
internal static class Vectors
{
    /// <summary>Standard normal entries from a stream of the given name.</summary>
    public static FlatVector Gaussian(int length, string stream)
    {
        SeededRandom random = new(1, stream);
        return FlatVector.Create(length, values =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextGaussian();
            }
        });
    }
}
