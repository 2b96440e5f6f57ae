namespace ActorFed.Algorithms.Numerics;

/// <summary>The generator SplitMix64 by question: output number k of the stream of a seed, without the ones before it.</summary>
/// <remarks>Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</remarks>
public static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Output <paramref name="number"/>, from 0, of the stream whose first state is <paramref name="seed"/>.</summary>
    public static ulong Output(ulong seed, ulong number) => Next(unchecked(seed + (number * Increment)));

    /// <summary>The output that follows on a state.</summary>
    public static ulong Next(ulong state)
    {
        ulong z = unchecked(state + Increment);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>An output as a number in [0, 1): its upper 53 bits.</summary>
    public static double ToUniform(ulong output) => (output >> 11) * (1.0 / (1UL << 53));
}
