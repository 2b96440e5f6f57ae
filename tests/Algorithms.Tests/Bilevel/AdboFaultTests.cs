using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What holds of asynchronous ADBO while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class AdboFaultTests
{
    private const int Seeds = 250;
    private const int StalenessBound = 4;
    private const int MaxPlanes = 3;

    private static readonly StarMasterOptions Star = new() { StepLimit = 25, LostAfter = TimeSpan.FromDays(1) };

    private static readonly AdboOptions Paper = PaperOptions with { MaxPlanes = MaxPlanes, InitialPlaneDual = 0.25, InnerRounds = 2 };

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
                Star,
                () => policy = new WatchedParticipation(new AsynchronousParticipation(2, StalenessBound)));

            Disturbance.Run(star.Network, seed, deathRate: 0.02, check: () =>
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
