using ActorFed.Actors;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation.Faults;
using Xunit;
using static ActorFed.Engines.Tests.Faults.Gossip;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>What each fault of a message does. Of worker-0's messages those with odd numbers go to the master: number 2n − 1 says n.</summary>
public sealed class MessageFaultTests
{
    [Theory]
    [InlineData("lost", "loss")]
    [InlineData("corrupted", "corruption")]
    public void Lost_and_corrupted_messages_do_not_arrive(string how, string kind)
    {
        Gossip run = With($"message worker-0#3 {how}");

        Assert.Equal([1, 3, 4], run.Heard(Master, First)[..3]);
        Assert.Equal([1, 2, 3], run.Heard(Second, First)[..3]);
        Assert.Equal(1, run.Log.CountOf(kind));
        Assert.Equal(RunOutcome.Completed, run.Report.Outcome);
    }

    [Fact]
    public void A_duplicated_message_arrives_again_after_the_delay()
    {
        Gossip run = With("message worker-0#3 duplicated after 12ms");

        Assert.Equal([1, 2, 3, 2, 4], run.Heard(Master, First)[..5]);
        Assert.Equal([21, 33], run.Received.Where(e => e.Sender == First && e.Receiver == Master && e.Message == new Note(2)).Select(e => e.Milliseconds));
        Assert.Equal(1, run.Log.CountOf("duplication"));
    }

    [Fact]
    public void A_delayed_message_is_overtaken()
    {
        Gossip run = With("message worker-0#3 delayed by 12ms");

        Assert.Equal([1, 3, 2, 4], run.Heard(Master, First)[..4]);
        Assert.Equal(1, run.Log.CountOf("reordering"));
    }

    [Fact]
    public void An_earlier_message_of_the_sender_goes_in_place_of_a_replayed_one()
    {
        Gossip run = With("message worker-0#5 replaced by #1");

        Assert.Equal([1, 2, 1, 4], run.Heard(Master, First)[..4]);
        Assert.Equal(1, run.Log.CountOf("replay"));
    }

    [Fact]
    public void A_forged_message_comes_in_the_other_s_name()
    {
        Gossip run = With("message worker-0#3 forged as worker-1");

        Assert.Equal([1, 3, 4], run.Heard(Master, First)[..3]);
        Assert.Equal([1, 2, 2, 3], run.Heard(Master, Second)[..4].Order());
        Assert.Equal(1, run.Log.CountOf("forgery"));
    }

    [Theory]
    [InlineData("poisoned with NaN at entry 1", "nan-poison", new[] { 2, double.NaN }, new double[] { 2, 3, 4 })]
    [InlineData("poisoned with -1E+300 at entry 4", "huge-poison", new double[] { 2, 1 }, new[] { 2, 3, -1e300 })]
    [InlineData("poisoned with 7 at entry 12", "huge-poison", new double[] { 2, 1 }, new double[] { 7, 3, 4 })]
    [InlineData("lengthened at entry 0", "length-poison", new double[] { 2, 1, 2 }, new double[] { 2, 3, 4 })]
    public void Poison_changes_one_entry_of_a_report_s_vectors(string how, string kind, double[] upper, double[] lower)
    {
        Gossip run = Run(new PlannedFaults(FaultPlan.Parse([$"message worker-0#3 {how}"])), ReportOf);

        StarMessage.WorkReported[] heard = [.. run.Received.Where(e => e.Sender == First && e.Receiver == Master).Select(e => (StarMessage.WorkReported)e.Message)];
        AdboBody.Stepped poisoned = (AdboBody.Stepped)heard[1].Report;
        Assert.Equal(upper, poisoned.Upper.Span);
        Assert.Equal(lower, poisoned.Lower.Span);
        Assert.Equal([ReportOf(1), ReportOf(3)], [heard[0], heard[2]]);
        Assert.Equal(1, run.Log.CountOf(kind));
    }

    [Theory]
    [InlineData("poisoned with NaN at entry 0")]
    [InlineData("lengthened at entry 0")]
    [InlineData("forged as worker-0")]
    public void A_fault_with_nothing_to_strike_changes_nothing_and_does_not_count(string how)
    {
        Gossip run = With($"message worker-0#3 {how}");

        Assert.Equal([1, 2, 3], run.Heard(Master, First)[..3]);
        Assert.Empty(run.Log.Faults);
        Assert.Equal(With().Report, run.Report);
    }

    [Fact]
    public void A_body_that_shows_no_vectors_is_not_poisoned()
    {
        FaultPlan plan = FaultPlan.Parse(["message worker-0#3 poisoned with NaN at entry 0"]);
        StarMessage.WorkReported silent = new() { Id = new RequestId(1, 1), Report = new Silent() };

        Gossip run = Run(new PlannedFaults(plan), _ => silent);

        Assert.Empty(run.Log.Faults);
        Assert.All(run.Received, entry => Assert.Same(silent, entry.Message));
    }

    private sealed record Silent : StarBody
    {
        public override long PayloadBytes => 0;
    }
}
