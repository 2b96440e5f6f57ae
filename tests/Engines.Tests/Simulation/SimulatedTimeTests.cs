using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests.Simulation;

public sealed class SimulatedTimeTests
{
    private const int Workers = 8;
    private const int Draws = 20_000;

    private static readonly TimeSpan Median = TimeSpan.FromMilliseconds(30);
    private static readonly LinkOptions Lognormal = new() { Model = DurationModel.Lognormal, Median = Median, Sigma = 1 };

    [Fact]
    public void Draws_lognormal_delays_with_the_given_median_and_mean()
    {
        SimulatedTime time = new(new SimulatedTimeOptions { Uplink = Lognormal }, Workers, seed: 1);

        double[] seconds = [.. Enumerable.Range(1, Draws).Select(n => time.DeliveryTime(FromWorker(0, n)).TotalSeconds).Order()];

        // Four standard errors of the median, and of the mean e^(1/2) times as large.
        Assert.Equal(0.030, seconds[Draws / 2], 0.030 * 4 * 1.2533 / Math.Sqrt(Draws));
        Assert.Equal(0.030 * Math.Exp(0.5), seconds.Average(), 4 * 0.065 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Draws_heavy_tails_with_the_given_median_and_tail()
    {
        LinkOptions pareto = new() { Model = DurationModel.HeavyTail, Median = Median, Tail = 2 };
        SimulatedTime time = new(new SimulatedTimeOptions { Uplink = pareto }, Workers, seed: 1);

        TimeSpan[] delays = [.. Enumerable.Range(1, Draws).Select(n => time.DeliveryTime(FromWorker(0, n)))];

        Assert.Equal(0.5, Share(delays, d => d > Median), 0.02);
        Assert.Equal(0.5 / 16, Share(delays, d => d > 4 * Median), 0.006); // (1/4)² of one half
    }

    [Fact]
    public void Keeps_each_worker_in_one_class_and_its_times_within_that()
    {
        const int Many = 6000;
        ComputingOptions computing = new()
        {
            Model = DurationModel.Classes,
            Classes =
            [
                new() { Weight = 3, Least = TimeSpan.FromSeconds(1), Most = TimeSpan.FromSeconds(2) },
                new() { Weight = 2, Least = TimeSpan.FromSeconds(3), Most = TimeSpan.FromSeconds(5) },
                new() { Weight = 1, Least = TimeSpan.FromSeconds(50), Most = TimeSpan.FromSeconds(80) },
            ],
        };
        SimulatedTime time = new(new SimulatedTimeOptions { Computing = computing }, Many, seed: 1);

        double[][] seconds = [.. Enumerable.Range(0, Many).Select(worker => Enumerable.Range(1, 10)
            .Select(entry => time.ComputingTime(ParticipantId.Worker(worker), TimeSpan.Zero, entry, new Note(1)).TotalSeconds).ToArray())];

        double[][][] byClass = [.. new (double Least, double Most)[] { (1, 2), (3, 5), (50, 80) }.Select(bounds =>
            seconds.Where(times => times.All(second => second >= bounds.Least && second <= bounds.Most)).ToArray())];
        Assert.Equal(Many, byClass.Sum(workers => workers.Length));
        Assert.Equal(0.5, byClass[0].Length / (double)Many, 0.03); // more than four standard errors
        Assert.Equal(1 / 6d, byClass[2].Length / (double)Many, 0.02);
        Assert.Equal(65, byClass[2].SelectMany(times => times).Average(), 1d);
        Assert.True(time.TakesComputingTime);
    }

    [Fact]
    public void Draws_the_same_for_the_same_message_in_any_order()
    {
        SimulatedTime time = new(new SimulatedTimeOptions { Uplink = Lognormal }, Workers, seed: 7);
        SimulatedTime again = new(new SimulatedTimeOptions { Uplink = Lognormal }, Workers, seed: 7);
        SimulatedTime other = new(new SimulatedTimeOptions { Uplink = Lognormal }, Workers, seed: 8);

        TimeSpan[] forward = [.. Enumerable.Range(1, 50).Select(n => time.DeliveryTime(FromWorker(3, n)))];
        TimeSpan[] backward = [.. Enumerable.Range(1, 50).Reverse().Select(n => again.DeliveryTime(FromWorker(3, n))).Reverse()];

        Assert.Equal(forward, backward);
        Assert.Equal(50, forward.Distinct().Count());
        Assert.NotEqual(forward[0], other.DeliveryTime(FromWorker(3, 1)));
        Assert.NotEqual(forward[0], time.DeliveryTime(FromWorker(4, 1)));
    }

    [Fact]
    public void Multiplies_what_stragglers_do_and_nothing_else()
    {
        ComputingOptions computing = new() { Median = TimeSpan.FromMilliseconds(2) };
        LinkOptions link = new() { Median = Median };
        StragglerOptions stragglers = new() { Count = 3, Factor = 4 };
        SimulatedTime time = new(
            new SimulatedTimeOptions { Computing = computing, Uplink = link, Downlink = link, Stragglers = stragglers }, Workers, seed: 1);

        for (int i = 0; i < Workers; i++)
        {
            int factor = i < 3 ? 4 : 1;
            Assert.Equal(factor * Median, time.DeliveryTime(FromWorker(i, 1)));
            Assert.Equal(TimeSpan.FromMilliseconds(2 * factor), time.ComputingTime(ParticipantId.Worker(i), TimeSpan.Zero, 1, new Note(1)));
        }

        Assert.Equal(Median, time.DeliveryTime(FromMaster(1)));
    }

    [Fact]
    public void Moves_the_stragglers_on_and_keeps_their_number()
    {
        TimeSpan term = TimeSpan.FromSeconds(1);
        StragglerOptions stragglers = new() { Count = 3, MovesEvery = term };
        SimulatedTime time = new(new SimulatedTimeOptions { Stragglers = stragglers }, Workers, seed: 1);

        HashSet<int> everSlow = [];
        for (int t = 0; t < 100; t++)
        {
            int[] slow = [.. Enumerable.Range(0, Workers).Where(i => time.IsStraggler(i, t * term))];
            Assert.Equal(3, slow.Length);
            Assert.Equal(slow, Enumerable.Range(0, Workers).Where(i => time.IsStraggler(i, (t * term) + (term / 2))));
            everSlow.UnionWith(slow);
        }

        Assert.Equal(Workers, everSlow.Count);
    }

    [Fact]
    public void Adds_the_time_that_bytes_take()
    {
        LinkOptions link = new() { Median = Median, BandwidthBytes = 1000 };
        SimulatedTime time = new(new SimulatedTimeOptions { Uplink = link }, Workers, seed: 1);

        Assert.Equal(Median + TimeSpan.FromMilliseconds(8), time.DeliveryTime(FromWorker(0, 1))); // a note carries 8 bytes
    }

    [Fact]
    public void Takes_the_computing_time_of_each_worker_and_of_the_master()
    {
        ComputingOptions computing = new() { Median = TimeSpan.FromSeconds(1), Factors = [1, 0.5], Master = TimeSpan.FromSeconds(3) };
        SimulatedTime time = new(new SimulatedTimeOptions { Computing = computing }, Workers, seed: 1);

        Assert.Equal([1, 0.5, 0.5], Enumerable.Range(0, 3).Select(i => Seconds(ParticipantId.Worker(i), new Note(1))));
        Assert.Equal(3, Seconds(ParticipantId.Master, new Note(1)));
        Assert.Equal(0, Seconds(ParticipantId.Worker(0), message: null));

        double Seconds(ParticipantId who, Message? message) => time.ComputingTime(who, TimeSpan.Zero, 1, message).TotalSeconds;
    }

    [Fact]
    public void Adds_the_time_of_the_oracle_calls_made_since_the_last_question()
    {
        long calls = 0;
        ComputingOptions computing = new() { Median = TimeSpan.FromSeconds(1), PerOracleCall = TimeSpan.FromSeconds(2) };
        SimulatedTimeOptions options = new() { Computing = computing, Stragglers = new() { Count = 1, Factor = 4 } };
        SimulatedTime time = new(options, Workers, seed: 1, () => calls);

        Assert.Equal(1, Seconds(5));
        calls += 3;
        Assert.Equal(7, Seconds(5));
        Assert.Equal(1, Seconds(5));
        calls += 3;
        Assert.Equal(28, Seconds(0)); // a straggler's calls take longer, too

        double Seconds(int worker) => time.ComputingTime(ParticipantId.Worker(worker), TimeSpan.Zero, 1, new Note(1)).TotalSeconds;
    }

    [Fact]
    public void Keeps_each_worker_away_for_the_rest_of_its_day()
    {
        AvailabilityOptions availability = new() { Share = 0.25, Period = TimeSpan.FromHours(24) };
        SimulatedTime time = new(new SimulatedTimeOptions { Availability = availability }, Workers, seed: 1);
        TimeSpan[] quarters = [.. Enumerable.Range(0, 96).Select(q => TimeSpan.FromMinutes(15 * q))];

        for (int i = 0; i < Workers; i++)
        {
            ParticipantId worker = ParticipantId.Worker(i);
            int there = quarters.Count(now => time.AvailableFrom(worker, now) == now);
            Assert.InRange(there, 23, 25);
            Assert.All(quarters, now => Assert.Equal(time.AvailableFrom(worker, now), time.AvailableFrom(worker, time.AvailableFrom(worker, now))));
        }

        Assert.Equal(quarters, quarters.Select(now => time.AvailableFrom(ParticipantId.Master, now)));
    }

    [Theory]
    [InlineData("uplink.median is -00:00:01; it must be in [0, 365 days].")]
    [InlineData("computing.factors has -1; each must be at least 0.")]
    [InlineData("stragglers.count is 9; it must be at most 8, the number of workers.")]
    [InlineData("uplink.median, downlink.median and computing.median are all 0")]
    [InlineData("only computing.model can be")]
    [InlineData("computing.model is classes, and computing.classes is empty")]
    [InlineData("computing.model is not classes, and computing.classes are given")]
    [InlineData("computing.classes has times from 00:00:02 to 00:00:01")]
    [InlineData("computing.classes has weights that are all 0")]
    [InlineData("stragglers.moves-every is 00:00:00; it must be more than zero")]
    [InlineData("availability.period is 00:00:00; it must be in (0, 365 days].")]
    [InlineData("computing.model is measured-once and was not measured")]
    [InlineData("nobody counts the oracle calls")]
    public void Rejects_options_out_of_range(string message)
    {
        SimulatedTimeOptions options = message switch
        {
            _ when message.StartsWith("uplink.median is", StringComparison.Ordinal) => new() { Uplink = new() { Median = TimeSpan.FromSeconds(-1) } },
            _ when message.StartsWith("computing.factors", StringComparison.Ordinal) => new() { Computing = new() { Factors = [1, -1] } },
            _ when message.StartsWith("stragglers.count", StringComparison.Ordinal) => new() { Stragglers = new() { Count = 9 } },
            _ when message.StartsWith("uplink.median,", StringComparison.Ordinal) => new() { Uplink = new() { Median = TimeSpan.Zero }, Downlink = new() { Median = TimeSpan.Zero } },
            _ when message.StartsWith("only", StringComparison.Ordinal) => new() { Downlink = new() { Model = DurationModel.MeasuredOnce } },
            _ when message.StartsWith("computing.model is classes", StringComparison.Ordinal) => new() { Computing = new() { Model = DurationModel.Classes } },
            _ when message.StartsWith("computing.model is not", StringComparison.Ordinal) => new() { Computing = new() { Classes = [new()] } },
            _ when message.StartsWith("computing.classes has t", StringComparison.Ordinal) => WithClass(new() { Least = TimeSpan.FromSeconds(2), Most = TimeSpan.FromSeconds(1) }),
            _ when message.StartsWith("computing.classes has w", StringComparison.Ordinal) => WithClass(new() { Weight = 0, Most = TimeSpan.FromSeconds(1) }),
            _ when message.StartsWith("stragglers.moves", StringComparison.Ordinal) => new() { Stragglers = new() { MovesEvery = TimeSpan.Zero } },
            _ when message.StartsWith("availability", StringComparison.Ordinal) => new() { Availability = new() { Period = TimeSpan.Zero } },
            _ when message.StartsWith("nobody", StringComparison.Ordinal) => new() { Computing = new() { PerOracleCall = TimeSpan.FromSeconds(1) } },
            _ => new() { Computing = new() { Model = DurationModel.MeasuredOnce } },
        };

        ArgumentException error = Assert.Throws<ArgumentException>(() => new SimulatedTime(options, Workers, seed: 1));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static SimulatedTimeOptions WithClass(SpeedClass speed) => new() { Computing = new() { Model = DurationModel.Classes, Classes = [speed] } };

    private static Sending FromWorker(int worker, long number) =>
        new(ParticipantId.Worker(worker), number, ParticipantId.Master, new Note(1), TimeSpan.Zero);

    private static Sending FromMaster(long number) =>
        new(ParticipantId.Master, number, ParticipantId.Worker(0), new Note(1), TimeSpan.Zero);

    private static double Share(TimeSpan[] delays, Func<TimeSpan, bool> counts) => delays.Count(counts) / (double)delays.Length;
}
