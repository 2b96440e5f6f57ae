using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>AFTO while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class AftoFaultTests
{
    private const int Seeds = 150;
    private const int StalenessBound = 4;

    private static readonly StarMasterOptions Star = new() { StepLimit = 12, LostAfter = TimeSpan.FromDays(1) };

    private static readonly AftoOptions Options = AftoSetup.Options with { LowerRounds = 2, MiddleRounds = 2, MeasureGap = true };

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void A_synchronous_run_ends_with_the_same_bits_whatever_is_lost_and_whoever_dies(double deathRate)
    {
        AftoStar undisturbed = new(Options, Star, () => new SynchronousParticipation());
        undisturbed.Network.RunToEnd();

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AftoStar star = new(Options, Star, () => new SynchronousParticipation());
            RunUnderFaults(star, seed, deathRate);

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(star.State), $"Seed {seed}: the final state differs.");
        }
    }

    [Fact]
    public void An_asynchronous_run_keeps_its_invariants()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AftoStar star = new(Options, Star with { StepLimit = 25 }, () => new AsynchronousParticipation(2, StalenessBound));

            RunUnderFaults(star, seed, deathRate: 0.02);

            Assert.All(star.Rule.MiddlePlanes.Duals.Span.ToArray(), dual => Assert.True(dual >= 0));
            Assert.All(star.Rule.MiddlePoint(), block => Assert.Equal(-1, VectorMath.IndexOfNonFinite(block.Span)));
            Assert.All(
                star.Network.Observations.OfType<StepObserved>(),
                step => Assert.All(step.Staleness, staleness => Assert.InRange(staleness, 0, StalenessBound - 1)));
            Assert.True(star.States.Checked > 25); // each worker worked on what the master meant, every time
        }
    }

    [Fact]
    public void A_run_ends_though_workers_are_lost_and_come_back_all_the_time()
    {
        StarMasterOptions impatient = Star with { LostAfter = Star.AskAgainAfter * 3 };
        int[] changes = new int[Enum.GetValues<WorkerChange>().Length];
        int completed = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AftoStar star = new(Options, impatient, () => new AsynchronousParticipation(1, StalenessBound));

            RunUnderFaults(star, seed, deathRate: 0.02, timerRate: 0.03);

            completed += star.Network.Completed is null ? 0 : 1;
            foreach (WorkerObserved observed in star.Network.Observations.OfType<WorkerObserved>())
            {
                changes[(int)observed.Change]++;
            }
        }

        Assert.All(changes, count => Assert.True(count > Seeds / 2));
        Assert.True(completed > Seeds / 2); // in the others all were lost at once
    }

    /// <summary>Delivers any message next; loses some, doubles some; lets timers run out when nothing else is left.</summary>
    private static void RunUnderFaults(AftoStar star, ulong seed, double deathRate, double timerRate = 0)
    {
        const int MaxEvents = 50_000;
        SeededRandom random = new(seed, "faults");
        StarNetwork network = star.Network;
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
        int victim = random.NextInt32(AftoStar.Workers + 1);
        bool losesMail = random.NextInt32(2) == 0;
        if (victim == AftoStar.Workers)
        {
            network.ReplaceMaster(random.NextInt32(2) == 0 ? network.Saved : network.TakeMasterSnapshot(), losesMail);
        }
        else
        {
            network.ReplaceWorker(victim, losesMail);
        }
    }
}
