using ActorFed.Host.Health;
using ActorFed.Host.Tests.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Health;

public sealed class LoopPulseTests
{
    private readonly ManualTime _time = new();
    private readonly LoopPulse _pulse;

    public LoopPulseTests() => _pulse = new LoopPulse("membership", TimeSpan.FromSeconds(30), _time);

    [Fact]
    public void Is_well_until_the_longest_turn_has_passed()
    {
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(new HealthCheck("membership", null), _pulse.Read());
    }

    [Fact]
    public void Names_a_loop_that_no_longer_turns()
    {
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(new HealthCheck("membership", "has not turned for 31s; it must at least every 30s"), _pulse.Read());
    }

    [Fact]
    public void Is_well_again_after_a_turn()
    {
        _time.Advance(TimeSpan.FromSeconds(31));

        _pulse.Beat();

        Assert.Null(_pulse.Read().Problem);
    }
}
