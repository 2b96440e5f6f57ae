using System.Numerics;

namespace ActorFed.Algorithms.Numerics;

/// <summary>
/// Our own generator (xoshiro256**), so that a seed means the same numbers on every platform and version. One independent
/// stream per (seed, name): streams never depend on the order in which others are used.
/// </summary>
/// <remarks>Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021; seeding by SplitMix64.</remarks>
public sealed class SeededRandom
{
    private readonly ulong[] _state = new ulong[4];
    private double _spareGaussian = double.NaN;

    /// <summary>The stream called <paramref name="stream"/> under <paramref name="seed"/>.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the numbers are for, such as <c>partition</c> or <c>worker-3/delay</c>.</param>
    public SeededRandom(ulong seed, string stream)
    {
        ulong hash = 14695981039346656037; // FNV-1a of the name
        foreach (char c in stream)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        ulong mixed = seed ^ BitOperations.RotateLeft(hash, 32);
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = SplitMix64.Output(mixed, (ulong)i);
        }
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_state[1] * 5, 7) * 9;
        ulong t = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= t;
        _state[3] = BitOperations.RotateLeft(_state[3], 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="exclusiveMax"/>), without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt32(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        uint bound = (uint)exclusiveMax;
        uint threshold = (uint)-exclusiveMax % bound; // Lemire 2019: reject the short residue class
        while (true)
        {
            ulong product = (NextUInt64() >> 32) * bound;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>Standard normal, by the polar method of Marsaglia.</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            double spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        while (true)
        {
            double u = (2 * NextDouble()) - 1;
            double v = (2 * NextDouble()) - 1;
            double s = (u * u) + (v * v);
            if (s is > 0 and < 1)
            {
                double factor = Math.Sqrt(-2 * Math.Log(s) / s);
                _spareGaussian = v * factor;
                return u * factor;
            }
        }
    }

    /// <summary>Gamma with the given shape and scale 1, by Marsaglia and Tsang 2000.</summary>
    /// <param name="shape">More than 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is not a positive number.</exception>
    public double NextGamma(double shape)
    {
        if (!(shape > 0 && double.IsFinite(shape)))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), $"The shape is {shape}; it must be more than 0 and finite.");
        }

        if (shape < 1)
        {
            return NextGamma(shape + 1) * Math.Pow(1 - NextDouble(), 1 / shape);
        }

        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextGaussian();
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>Puts <paramref name="values"/> into a uniformly random order.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
