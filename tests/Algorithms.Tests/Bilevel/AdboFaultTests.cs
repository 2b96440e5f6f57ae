using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>ADBO while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class AdboFaultTests
{
    private const int Seeds = 250;
    private const int StalenessBound = 4;
    private const int MaxPlanes = 3;

    private static readonly StarMasterOptions Star = new() { StepLimit = 15, LostAfter = TimeSpan.FromDays(1) };

    private static readonly AdboOptions Paper = PaperOptions with { MaxPlanes = MaxPlanes, InitialPlaneDual = 0.25, InnerRounds = 2 };

    [Theory]
    [InlineData(AdboProfile.Paper)]
    [InlineData(AdboProfile.Official)]
    public void A_synchronous_run_ends_with_the_same_bits_whatever_happens_to_its_messages(AdboProfile profile)
    {
        AdboOptions options = profile == AdboProfile.Paper ? Paper : OfficialOptions;
        AdboStar undisturbed = new(options, Star, () => new SynchronousParticipation());
        undisturbed.Network.RunToEnd();

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AdboStar star = new(options, Star, () => new SynchronousParticipation());
            RunUnderFaults(star, seed, deathRate: 0, () => { });

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(star.State), $"Seed {seed}: the final state differs.");
        }
    }

    [Theory]
    [InlineData(AdboProfile.Paper)]
    [InlineData(AdboProfile.Official)]
    public void A_synchronous_run_ends_with_the_same_bits_whoever_dies(AdboProfile profile)
    {
        AdboOptions options = profile == AdboProfile.Paper ? Paper : OfficialOptions;
        AdboStar undisturbed = new(options, Star, () => new SynchronousParticipation());
        undisturbed.Network.RunToEnd();

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AdboStar star = new(options, Star, () => new SynchronousParticipation());
            RunUnderFaults(star, seed, deathRate: 0.02, () => { });

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(star.State), $"Seed {seed}: the final state differs.");
        }
    }

    [Theory]
    [InlineData(AdboProfile.Paper)]
    [InlineData(AdboProfile.Official)]
    public void An_asynchronous_run_keeps_its_invariants(AdboProfile profile)
    {
        AdboOptions options = profile == AdboProfile.Paper ? Paper : OfficialOptions;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            WatchedParticipation? policy = null;
            AdboStar star = new(
                options,
                Star with { StepLimit = 25 },
                () => policy = new WatchedParticipation(new AsynchronousParticipation(2, StalenessBound)));

            RunUnderFaults(star, seed, deathRate: 0.02, () =>
            {
                Assert.InRange(policy!.MaxAge, 0, StalenessBound);
                Assert.All(star.Rule.Planes.Duals.Span.ToArray(), dual => Assert.True(dual >= 0));
                Assert.True(profile == AdboProfile.Official || star.Rule.Planes.Count <= MaxPlanes);
                Assert.All(star.Rule.Lowers.Concat(star.Rule.Uppers), copy => Assert.Equal(-1, VectorMath.IndexOfNonFinite(copy.Span)));
            });

            Assert.All(
                star.Network.Observations.OfType<StepObserved>(),
                step => Assert.All(step.Staleness, staleness => Assert.InRange(staleness, 0, StalenessBound - 1)));
            Assert.True(star.States.Checked > 25); // each worker worked on what the master meant, every time
        }
    }

    [Theory]
    [InlineData(AdboProfile.Paper, 1)]
    [InlineData(AdboProfile.Paper, 3)]
    [InlineData(AdboProfile.Official, 2)]
    public void A_run_ends_though_workers_are_lost_and_come_back_all_the_time(AdboProfile profile, int minActive)
    {
        AdboOptions options = profile == AdboProfile.Paper ? Paper : OfficialOptions;
        StarMasterOptions impatient = Star with { LostAfter = Star.AskAgainAfter * 3 };
        int[] changes = new int[Enum.GetValues<WorkerChange>().Length];
        int completed = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AdboStar star = new(options, impatient, () => new AsynchronousParticipation(minActive, StalenessBound));

            RunUnderFaults(star, seed, deathRate: 0.02, () => { }, timerRate: 0.03);

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
    private static void RunUnderFaults(AdboStar star, ulong seed, double deathRate, Action check, double timerRate = 0)
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

            check();
        }

        bool mayLose = timerRate > 0;
        Assert.True(network.Completed == "step limit" || (mayLose && network.Failed!.Contains("no worker is left")), $"Seed {seed}: {network.Failed}");
        Assert.True(network.Violations.Count == 0, $"Seed {seed}: {network.Violations.FirstOrDefault()?.Message}");
    }

    private static void Kill(StarNetwork network, SeededRandom random)
    {
        int victim = random.NextInt32(AdboStar.Workers + 1);
        bool losesMail = random.NextInt32(2) == 0;
        if (victim == AdboStar.Workers)
        {
            network.ReplaceMaster(random.NextInt32(2) == 0 ? network.Saved : network.TakeMasterSnapshot(), losesMail);
        }
        else
        {
            network.ReplaceWorker(victim, losesMail);
        }
    }

    /// <summary>Remembers the oldest age that the master knew of.</summary>
    private sealed class WatchedParticipation(IParticipationPolicy policy) : IParticipationPolicy
    {
        private StalenessLedger? _ledger;

        public int MaxAge => _ledger?.MaxAge ?? 0;

        public bool MayStep(StalenessLedger ledger)
        {
            _ledger = ledger;
            return policy.MayStep(ledger);
        }
    }
}
