using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>Messages that are lost, doubled and reordered, and processes that die, all drawn from a seed.</summary>
internal static class Disturbance
{
    private const int MaxEvents = 50_000;

    /// <summary>Runs to the end: delivers any message next; loses some, doubles some; lets timers run out when nothing else is left.</summary>
    /// <param name="network">The star.</param>
    /// <param name="seed">Seed of all that happens.</param>
    /// <param name="deathRate">How often somebody dies, as a share of events.</param>
    /// <param name="timerRate">How often all timers run out though messages are under way; above 0 the run may fail for want of workers.</param>
    /// <param name="check">Called after every event.</param>
    public static void Run(StarNetwork network, ulong seed, double deathRate, double timerRate = 0, Action? check = null)
    {
        SeededRandom random = new(seed, "faults");
        for (int events = 0; !network.IsOver; events++)
        {
            Assert.True(events < MaxEvents, $"Seed {seed}: the run has not ended after {MaxEvents} events.");
            double lot = random.NextDouble();
            if (lot < deathRate)
            {
                Kill(network, random);
            }
            else if (network.InFlight.Count == 0 || lot > 1 - timerRate)
            {
                network.ElapseTimers();
            }
            else
            {
                Move(network, random);
            }

            check?.Invoke();
        }

        bool mayLose = timerRate > 0;
        Assert.True(network.Completed == "step limit" || (mayLose && network.Failed!.Contains("no worker is left")), $"Seed {seed}: {network.Failed}");
        Assert.True(network.Violations.Count == 0, $"Seed {seed}: {network.Violations.FirstOrDefault()?.Message}");
    }

    private static void Move(StarNetwork network, SeededRandom random)
    {
        int index = random.NextInt32(network.InFlight.Count);
        double fate = random.NextDouble();
        if (fate < 0.15)
        {
            network.InFlight.RemoveAt(index);
        }
        else
        {
            network.Deliver(index, stays: fate > 0.85);
        }
    }

    private static void Kill(StarNetwork network, SeededRandom random)
    {
        int victim = random.NextInt32(network.WorkerCount + 1);
        bool losesMail = random.NextInt32(2) == 0;
        if (victim == network.WorkerCount)
        {
            network.ReplaceMaster(random.NextInt32(2) == 0 ? network.Saved : network.TakeMasterSnapshot(), losesMail);
        }
        else
        {
            network.ReplaceWorker(victim, losesMail);
        }
    }
}
