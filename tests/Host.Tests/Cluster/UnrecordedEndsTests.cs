using ActorFed.Host.Cluster;
using ActorFed.Host.Tests.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Cluster;

public sealed class UnrecordedEndsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Waits_longer_from_attempt_to_attempt_up_to_a_minute()
    {
        UnrecordedEnds ends = new(_time);

        (int Attempts, TimeSpan Wait)[] waits = [.. Enumerable.Range(0, 9).Select(_ => ends.Add("run", "no room"))];

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], waits.Select(wait => wait.Wait.TotalSeconds));
        Assert.Equal(Enumerable.Range(1, 9), waits.Select(wait => wait.Attempts));
    }

    [Fact]
    public void Tells_what_is_wrong_until_the_end_is_recorded()
    {
        UnrecordedEnds ends = new(_time);
        ends.Add("b", "no room");
        ends.Add("a", "no model");
        _time.Advance(TimeSpan.FromSeconds(7));
        ends.Add("b", "still no room");

        Assert.Equal("a: no model (tried 1 times in 7 s) b: still no room (tried 2 times in 7 s)", ends.Problem);
        ends.Remove("b");
        Assert.Equal("a: no model (tried 1 times in 7 s)", ends.Problem);
        ends.Remove("a");
        Assert.Null(ends.Problem);
        Assert.Equal(1, ends.Add("a", "no model").Attempts);
    }

    [Fact]
    public void Forgets_runs_that_nobody_wants_any_more()
    {
        UnrecordedEnds ends = new(_time);
        ends.Add("stopped", "no room");
        ends.Add("wanted", "no room");

        ends.KeepOnly(new HashSet<string> { "wanted", "other" });

        Assert.Equal(2, ends.Add("wanted", "no room").Attempts);
        Assert.Equal(1, ends.Add("stopped", "no room").Attempts);
    }
}
