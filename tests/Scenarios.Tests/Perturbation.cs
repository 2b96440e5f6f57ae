using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Scenarios.Tests;

/// <summary>Keeps each oracle busy for a random while before every query, so that threads meet in another order every time.</summary>
internal static class Perturbation
{
    private const int MaxSpins = 2000;

    public static Func<int, IBilevelOracle, IBilevelOracle> Of(ulong seed) => (shard, oracle) =>
    {
        SeededRandom random = new(seed, $"perturbation/{shard}");
        return new DisturbedOracle(oracle, () =>
        {
            int spins = random.NextInt32(MaxSpins);
            if (spins % 8 == 0)
            {
                Thread.Yield();
            }

            Thread.SpinWait(spins);
        });
    };
}
