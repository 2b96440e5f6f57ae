namespace ActorFed.Algorithms.Numerics;

/// <summary>
/// Random numbers by question: each is a function of the seed, what it is for and up to two numbers that name it. They do not
/// depend on the order of the questions, and none of them needs memory.
/// </summary>
/// <remarks>Source: the finaliser of SplitMix64 (Steele, Lea and Flood 2014), applied between the parts that are mixed in.</remarks>
public readonly struct CounterRandom
{
    private readonly ulong _key;

    /// <summary>The numbers for <paramref name="purpose"/> under <paramref name="seed"/>.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for, such as <c>delay</c>.</param>
    public CounterRandom(ulong seed, string purpose)
    {
        ulong key = Mix(seed);
        foreach (char c in purpose)
        {
            key = Mix(key ^ c);
        }

        _key = key;
    }

    /// <summary>64 uniform bits.</summary>
    /// <param name="first">First part of the name, such as an index of a participant.</param>
    /// <param name="second">Second part, such as a count.</param>
    public ulong Bits(long first, long second = 0) => Mix(Mix(_key ^ (ulong)first) ^ (ulong)second);

    /// <summary>Uniform in (0, 1): neither end is ever drawn.</summary>
    public double Uniform(long first, long second = 0) => ToUniform(Bits(first, second));

    /// <summary>Standard normal, by the transform of Box and Muller.</summary>
    public double Gaussian(long first, long second = 0)
    {
        ulong bits = Bits(first, second);
        return Math.Sqrt(-2 * Math.Log(ToUniform(bits))) * Math.Cos(2 * Math.PI * ToUniform(Mix(bits)));
    }

    private static double ToUniform(ulong bits) => ((bits >> 11) + 0.5) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z) => SplitMix64.Next(z);
}
