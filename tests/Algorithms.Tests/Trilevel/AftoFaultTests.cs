using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>What holds of asynchronous AFTO while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class AftoFaultTests
{
    private const int Seeds = 150;
    private const int StalenessBound = 4;

    private static readonly StarMasterOptions Star = new() { StepLimit = 25, LostAfter = TimeSpan.FromDays(1) };

    private static readonly AftoOptions Options = AftoSetup.Options with { LowerRounds = 2, MiddleRounds = 2, MeasureGap = true };

    [Fact]
    public void An_asynchronous_run_keeps_its_invariants()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            AftoStar star = new(Options, Star, () => new AsynchronousParticipation(2, StalenessBound));

            Disturbance.Run(star.Network, seed, deathRate: 0.02);

            Assert.All(star.Rule.MiddlePlanes.Duals.Span.ToArray(), dual => Assert.True(dual >= 0));
            Assert.All(star.Rule.MiddlePoint(), block => Assert.Equal(-1, VectorMath.IndexOfNonFinite(block.Span)));
            Assert.All(
                star.Network.Observations.OfType<StepObserved>(),
                step => Assert.All(step.Staleness, staleness => Assert.InRange(staleness, 0, StalenessBound - 1)));
            Assert.True(star.States.Checked > 25); // each worker worked on what the master meant, every time
        }
    }
}
