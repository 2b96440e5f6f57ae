using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

public class RunPlanTests
{
    private static readonly RunPlan Plan = new()
    {
        RunId = "plan",
        Seed = 1,
        Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0))],
    };

    public static TheoryData<RunPlan, string> OutOfRange => new()
    {
        { Plan with { Participants = [] }, "no participants" },
        { Plan with { Participants = default }, "no participants" },
        { Plan with { Participants = [.. Plan.Participants, Plan.Participants[1]] }, "worker-0 twice" },
        { Plan with { Limits = new RunLimits { MailboxCapacity = 0 } }, "MailboxCapacity is 0" },
        { Plan with { Limits = new RunLimits { WallTime = TimeSpan.Zero } }, "WallTime is 00:00:00" },
        { Plan with { Limits = new RunLimits { SendTimeout = TimeSpan.Zero } }, "SendTimeout is 00:00:00" },
        { Plan with { Supervision = new SupervisionPolicy { MaxRestarts = -1 } }, "MaxRestarts is -1" },
        { Plan with { Supervision = new SupervisionPolicy { MaxArithmeticRestarts = -1 } }, "MaxArithmeticRestarts is -1" },
        { Plan with { Supervision = new SupervisionPolicy { MaxViolations = 0 } }, "MaxViolations is 0" },
        { Plan with { Supervision = new SupervisionPolicy { Window = TimeSpan.Zero } }, "Window is 00:00:00" },
        { Plan with { Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromSeconds(-1) } }, "InitialBackOff is -" },
        { Plan with { Supervision = new SupervisionPolicy { MaxBackOff = TimeSpan.Zero } }, "MaxBackOff is 00:00:00" },
    };

    [Fact]
    public void Accepts_the_defaults() => Plan.Validate();

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Names_what_is_out_of_range(RunPlan plan, string expected)
    {
        ArgumentException rejected = Assert.Throws<ArgumentException>(plan.Validate);

        Assert.Contains(expected, rejected.Message, StringComparison.Ordinal);
    }
}
