using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>Plans are written and read back without loss, and what is wrong in them is named.</summary>
public sealed class FaultPlanTests
{
    [Theory]
    [InlineData("message worker-2#17 lost")]
    [InlineData("message master#1 corrupted")]
    [InlineData("message worker-2#17 duplicated after 400ms")]
    [InlineData("message neighbour-2#17 delayed by 0.1us")]
    [InlineData("message worker-2#17 poisoned with NaN at entry 3")]
    [InlineData("message worker-2#17 poisoned with -1E+300 at entry 3")]
    [InlineData("message worker-2#17 poisoned with 0.1 at entry 9223372036854775807")]
    [InlineData("message worker-2#17 lengthened at entry 0")]
    [InlineData("message worker-2#17 replaced by #15")]
    [InlineData("message worker-2#17 forged as master")]
    [InlineData("at 3.2s crash worker-1 for 400ms")]
    [InlineData("at 3.2000001s crash master for 1.0001ms")]
    [InlineData("at 0s crash node 3 for 86400s")]
    [InlineData("at 12us pause worker-1 for 2s")]
    [InlineData("at 1s cut off master,worker-0 for 2s")]
    [InlineData("at 1s cut outgoing worker-1 for 2s")]
    [InlineData("at 1s cut incoming worker-1,worker-2 for 2s")]
    [InlineData("at 1s cut links master~worker-1,worker-0~worker-2 for 2s")]
    [InlineData("at 1s slow disk master by 5ms for 2s")]
    [InlineData("at 1s fail write master")]
    [InlineData("at 1s tear write master after 100 bytes")]
    [InlineData("at 1s flip bit 1234 of master")]
    [InlineData("at 1s clock worker-0 ahead 3600s rate 1.5 for 2s")]
    [InlineData("at 1s clock worker-0 ahead -0.3us rate 0.3333333333333333 for good")]
    public void Writes_what_it_reads(string line)
    {
        FaultPlan plan = FaultPlan.Parse([line]);

        Assert.Equal([line], plan.Lines);
        Assert.Equal(plan, FaultPlan.Parse(plan.Lines));
        Assert.Equal(plan.Faults.Single().GetHashCode(), FaultPlan.Parse(plan.Lines).Faults.Single().GetHashCode());
    }

    [Fact]
    public void Takes_hours_minutes_spaces_and_blank_lines()
    {
        FaultPlan plan = FaultPlan.Parse(["", "  at 1.5m   clock worker-0 ahead 1h rate 1 for 2m ", " "]);

        Assert.Equal(["at 90s clock worker-0 ahead 3600s rate 1 for 120s"], plan.Lines);
    }

    [Theory]
    [InlineData("crash worker-0", "word 1 is 'crash'; allowed here: at, message")]
    [InlineData("at", "the line ends after 1 words; allowed next: a duration")]
    [InlineData("at 3 crash worker-0 for 1s", "word 2 is '3'; allowed here: a duration in h, m, s, ms or us")]
    [InlineData("at 0.01us crash worker-0 for 1s", "word 2 is '0.01us'; allowed here: a duration")]
    [InlineData("at 9999999999h crash worker-0 for 1s", "word 2 is '9999999999h'; allowed here: a duration")]
    [InlineData("at 3s crush worker-0 for 1s", "word 3 is 'crush'; allowed here: crash, pause, cut, slow, fail, tear, flip, clock")]
    [InlineData("at 3s crash worker-01 for 1s", "word 4 is 'worker-01'; allowed here: a participant")]
    [InlineData("at 3s crash worker-0", "the line ends after 4 words; allowed next: for")]
    [InlineData("at 3s crash worker-0 for 1s long", "word 7 is 'long'; allowed here: the end of the line")]
    [InlineData("at 3s crash node -1 for 1s", "word 5 is '-1'; allowed here: a whole number from 0 to 2147483647")]
    [InlineData("at 3s cut up worker-0 for 1s", "word 4 is 'up'; allowed here: off, outgoing, incoming, links")]
    [InlineData("at 3s cut off worker-0, worker-1 for 1s", "word 5 is 'worker-0,'; allowed here: participants with commas and no spaces")]
    [InlineData("at 3s cut links worker-0 for 1s", "word 5 is 'worker-0'; allowed here: pairs")]
    [InlineData("at 3s clock worker-0 ahead 1s rate fast for good", "word 8 is 'fast'; allowed here: a number")]
    [InlineData("at 3s clock worker-0 ahead 1s rate 1 for ever", "word 10 is 'ever'; allowed here: good, or a duration")]
    [InlineData("message worker-0 lost", "word 2 is 'worker-0'; allowed here: a message, such as worker-2#17")]
    [InlineData("message worker-0#1 eaten", "word 3 is 'eaten'; allowed here: lost, corrupted, duplicated, delayed, poisoned, lengthened, replaced, forged")]
    [InlineData("message worker-0#1 replaced by 3", "word 5 is '3'; allowed here: # and the number")]
    public void Names_the_line_the_word_and_what_is_allowed(string line, string problem)
    {
        FormatException wrong = Assert.Throws<FormatException>(() => FaultPlan.Parse(["message worker-0#1 lost", line]));

        Assert.StartsWith($"Line 2 of the fault plan, '{line}': {problem}", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at -1s crash worker-0 for 1s", "The moment of the fault 'at -1s crash worker-0 for 1s' is -1s; it must be at least 0s.")]
    [InlineData("at -1ms fail write worker-0", "The moment of the fault 'at -1ms fail write worker-0' is -1ms; it must be at least 0s.")]
    [InlineData("at 1s crash worker-0 for -1s", "The duration of the fault")]
    [InlineData("at 1s clock worker-0 ahead 0s rate 1 for -1s", "The duration of the fault")]
    [InlineData("at 1s slow disk worker-0 by -1s for 1s", "The delay of the fault")]
    [InlineData("message worker-0#1 delayed by -1ms", "The delay of the fault 'message worker-0#1 delayed by -1ms' is -1ms; it must be at least 0s.")]
    [InlineData("message worker-0#1 duplicated after -1ms", "The delay of the fault")]
    [InlineData("message worker-0#0 lost", "The message number of the fault 'message worker-0#0 lost' is 0; it must be at least 1.")]
    [InlineData("message worker-2#1 lost", "names worker-2, which is not among the 3 participants of the run: master to worker-1.")]
    [InlineData("at 1s crash worker-2 for 1s", "names worker-2, which is not among the 3 participants")]
    [InlineData("at 1s pause neighbour-0 for 1s", "names neighbour-0, which is not among the 3 participants")]
    [InlineData("at 1s fail write worker-2", "names worker-2, which is not")]
    [InlineData("at 1s slow disk worker-2 by 1s for 1s", "names worker-2, which is not")]
    [InlineData("at 1s clock worker-2 ahead 0s rate 1 for 1s", "names worker-2, which is not")]
    [InlineData("message worker-0#1 forged as worker-2", "names worker-2, which is not among the 3 participants")]
    [InlineData("at 1s crash node 2 for 1s", "The node of the fault 'at 1s crash node 2 for 1s' is 2; it must be at least 0 and at most 1.")]
    [InlineData("at 1s cut off master,worker-0,worker-1 for 1s", "has 3 of 3 participants on one side; there must be at least one on either side.")]
    [InlineData("at 1s cut incoming master,worker-1,worker-0 for 1s", "has 3 of 3 participants on one side")]
    [InlineData("at 1s cut off worker-2 for 1s", "names worker-2, which is not")]
    [InlineData("at 1s cut links master~worker-2 for 1s", "names worker-2, which is not")]
    [InlineData("at 1s cut links master~master for 1s", "cuts master off from itself")]
    [InlineData("at 1s clock worker-0 ahead 25h rate 1 for 1s", "is 90000s; it must be between -24h and 24h.")]
    [InlineData("at 1s clock worker-0 ahead 0s rate 0 for 1s", "is 0; it must be from 0.01 to 100.")]
    [InlineData("at 1s clock worker-0 ahead 0s rate NaN for 1s", "is NaN; it must be from 0.01 to 100.")]
    [InlineData("message worker-0#1 poisoned with Infinity at entry 0", "must be finite")]
    [InlineData("message worker-0#9 replaced by #9", "The earlier number of the fault 'message worker-0#9 replaced by #9' is 9; it must be at least 2 and at most 8.")]
    public void Refuses_what_does_not_fit_the_run(string line, string problem)
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => FaultPlan.Parse([line]).Validate(Gossip.Placement));

        Assert.Contains(problem, wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Gossip.With(line)); // the engine asks before it begins
    }

    [Fact]
    public void Refuses_two_faults_of_one_message()
    {
        FaultPlan plan = FaultPlan.Parse(["message worker-0#1 lost", "message worker-0#1 corrupted"]);

        ArgumentException wrong = Assert.Throws<ArgumentException>(() => plan.Validate(Gossip.Placement));

        Assert.Equal("The faults 'message worker-0#1 lost' and 'message worker-0#1 corrupted' are of one message; it can have only one.", wrong.Message);
    }
}
