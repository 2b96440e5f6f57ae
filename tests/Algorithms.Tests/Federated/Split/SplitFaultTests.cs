using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Federated.Split.SplitStar;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>Split learning while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class SplitFaultTests
{
    private const int Seeds = 200;

    private static readonly StarMasterOptions Star = new() { StepLimit = 6, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string, double> Cases()
    {
        TheoryData<string, double> cases = [];
        foreach (string name in Variants.Keys)
        {
            cases.Add(name, 0);
            cases.Add(name, 0.02);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_run_ends_with_the_same_bits_whatever_happens_to_messages_and_processes(string name, double deathRate)
    {
        SplitStar undisturbed = new(Variants[name], Star);
        undisturbed.Network.RunToEnd();

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            SplitStar star = new(Variants[name], Star);
            RunUnderFaults(star, seed, deathRate);

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(star.State), $"Seed {seed}: the final state differs.");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(null)]
    public void A_run_ends_though_clients_are_lost_and_come_back_all_the_time(int? cohort)
    {
        StarMasterOptions impatient = Star with { LostAfter = Star.AskAgainAfter * 3 };
        int[] changes = new int[Enum.GetValues<WorkerChange>().Length];
        int completed = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            SplitStar star = new(Lite, impatient, cohort);

            RunUnderFaults(star, seed, deathRate: 0.02, timerRate: 0.03);

            completed += star.Network.Completed is null ? 0 : 1;
            foreach (WorkerObserved observed in star.Network.Observations.OfType<WorkerObserved>())
            {
                changes[(int)observed.Change]++;
            }
        }

        Assert.All(changes, count => Assert.True(count > Seeds / 4));
        Assert.True(completed > Seeds / 2); // in the others all were lost at once
    }

    /// <summary>Delivers any message next; loses some, doubles some; lets timers run out when nothing else is left.</summary>
    private static void RunUnderFaults(SplitStar star, ulong seed, double deathRate, double timerRate = 0)
    {
        const int MaxEvents = 50_000;
        SeededRandom random = new(seed, "faults");
        StarNetwork network = star.Network;
        for (int events = 0; !network.IsOver; events++)
        {
            Assert.True(events < MaxEvents, $"Seed {seed}: the run has not ended after {MaxEvents} events.");
            if (random.NextDouble() < deathRate)
            {
                Kill(network, random);
            }
            else if (network.InFlight.Count == 0 || random.NextDouble() < timerRate)
            {
                network.ElapseTimers();
            }
            else
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
        }

        bool mayLose = timerRate > 0;
        Assert.True(network.Completed == "step limit" || (mayLose && network.Failed!.Contains("no worker is left")), $"Seed {seed}: {network.Failed}");
        Assert.True(network.Violations.Count == 0, $"Seed {seed}: {network.Violations.FirstOrDefault()?.Message}");
    }

    private static void Kill(StarNetwork network, SeededRandom random)
    {
        int victim = random.NextInt32(Workers + 1);
        bool losesMail = random.NextInt32(2) == 0;
        if (victim == Workers)
        {
            network.ReplaceMaster(random.NextInt32(2) == 0 ? network.Saved : network.TakeMasterSnapshot(), losesMail);
        }
        else
        {
            network.ReplaceWorker(victim, losesMail);
        }
    }
}
