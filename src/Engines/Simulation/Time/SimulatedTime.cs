using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>Durations as an experiment describes them. Each is drawn from the seed and from what it is the duration of.</summary>
/// <remarks>Only the oracle calls made on a message, where they take time, are counted from one question to the next.</remarks>
public sealed class SimulatedTime : ITimeModel
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(365); // a heavy tail has no end of its own

    private readonly SimulatedTimeOptions _options;
    private readonly int _workers;
    private readonly CounterRandom _computing;
    private readonly CounterRandom _speed;
    private readonly CounterRandom _delay;
    private readonly CounterRandom _straggling;
    private readonly CounterRandom _day;
    private readonly Func<long>? _oracleCalls;
    private long _callsBefore;

    /// <summary>Times of one run.</summary>
    /// <param name="options">What is known of them.</param>
    /// <param name="workers">Number of workers or neighbours, N.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="oracleCalls">Counts the oracle calls of all participants of this one run; null where they take no time.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there are more stragglers than workers.</exception>
    public SimulatedTime(SimulatedTimeOptions options, int workers, ulong seed, Func<long>? oracleCalls = null)
    {
        options.Validate();
        if (options.Computing.Model == DurationModel.MeasuredOnce)
        {
            throw new ArgumentException("computing.model is measured-once and was not measured; put the measured time in as computing.per-oracle-call.");
        }

        if (options.Computing.PerOracleCall > TimeSpan.Zero && oracleCalls is null)
        {
            throw new ArgumentException("computing.per-oracle-call is more than zero, but nobody counts the oracle calls of this run.");
        }

        if (options.Stragglers.Count > workers)
        {
            throw new ArgumentException($"stragglers.count is {options.Stragglers.Count}; it must be at most {workers}, the number of workers.");
        }

        (_options, _workers, _oracleCalls) = (options, workers, oracleCalls);
        _computing = new CounterRandom(seed, "computing");
        _speed = new CounterRandom(seed, "speed class");
        _delay = new CounterRandom(seed, "delay");
        _straggling = new CounterRandom(seed, "straggling");
        _day = new CounterRandom(seed, "day");
    }

    /// <inheritdoc/>
    public bool TakesComputingTime => _options.Computing.Median > TimeSpan.Zero || _options.Computing.Slowest > TimeSpan.Zero
        || _options.Computing.PerOracleCall > TimeSpan.Zero || _options.Computing.Master > TimeSpan.Zero;

    /// <inheritdoc/>
    public bool HasAbsences => _options.Availability.Share < 1;

    /// <inheritdoc/>
    public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message)
    {
        ComputingOptions computing = _options.Computing;
        long callsBefore = _callsBefore;
        _callsBefore = _oracleCalls?.Invoke() ?? 0;
        long calls = _callsBefore - callsBefore;
        if (participant.Role == Role.Neighbour ? calls == 0 : message is null or LifecycleMessage)
        {
            return TimeSpan.Zero; // starts, timers and notices ask for no computation; neighbours compute when they have heard enough
        }

        if (participant.Role == Role.Master)
        {
            return computing.Master;
        }

        double factor = FactorOf(participant.Index) * SlownessOf(participant.Index, now);
        TimeSpan time = computing.Model == DurationModel.Classes
            ? factor * DrawInClass(ClassOf(participant), participant, entry)
            : Draw(computing.Model, computing.Median, computing.Sigma, computing.Tail, factor, _computing, Key(participant), entry);
        return time + (factor * calls * computing.PerOracleCall);
    }

    /// <inheritdoc/>
    public TimeSpan DeliveryTime(in Sending sending)
    {
        bool isDown = sending.Sender.Role == Role.Master;
        LinkOptions link = isDown ? _options.Downlink : _options.Uplink;
        double factor = isDown ? 1 : SlownessOf(sending.Sender.Index, sending.At);
        TimeSpan delay = Draw(link.Model, link.Median, link.Sigma, link.Tail, factor, _delay, Key(sending.Sender), sending.Number);
        return link.BandwidthBytes is long rate
            ? delay + TimeSpan.FromTicks((long)(factor * sending.Message.PayloadBytes * TimeSpan.TicksPerSecond / rate))
            : delay;
    }

    /// <inheritdoc/>
    public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now)
    {
        if (participant.Role == Role.Master)
        {
            return now;
        }

        long period = _options.Availability.Period.Ticks;
        long dawn = (long)(_day.Uniform(Key(participant)) * period);
        long sinceDawn = (((now.Ticks - dawn) % period) + period) % period;
        return sinceDawn < _options.Availability.Share * period ? now : now + TimeSpan.FromTicks(period - sinceDawn);
    }

    /// <summary>Whether a worker is slow at <paramref name="now"/>.</summary>
    public bool IsStraggler(int worker, TimeSpan now)
    {
        StragglerOptions stragglers = _options.Stragglers;
        if (stragglers.MovesEvery is not TimeSpan every)
        {
            return worker < stragglers.Count;
        }

        // A window of `count` workers, in a ring, that begins anywhere in each term.
        int first = (int)(_straggling.Bits(now.Ticks / every.Ticks) % (ulong)_workers);
        return (worker - first + _workers) % _workers < stragglers.Count;
    }

    /// <summary>The class that a worker is of, drawn once for the run by the weights.</summary>
    private SpeedClass ClassOf(ParticipantId worker)
    {
        System.Collections.Immutable.ImmutableArray<SpeedClass> classes = _options.Computing.Classes;
        double rest = _speed.Uniform(Key(worker)) * classes.Sum(speed => speed.Weight);
        int drawn = 0;
        while (drawn < classes.Length - 1 && (rest -= classes[drawn].Weight) >= 0)
        {
            drawn++;
        }

        return classes[drawn];
    }

    private TimeSpan DrawInClass(SpeedClass speed, ParticipantId worker, long entry) =>
        speed.Least + (_computing.Uniform(Key(worker), entry) * (speed.Most - speed.Least));

    private double SlownessOf(int worker, TimeSpan now) =>
        _options.Stragglers.Count > 0 && IsStraggler(worker, now) ? _options.Stragglers.Factor : 1;

    private double FactorOf(int worker)
    {
        System.Collections.Immutable.ImmutableArray<double> factors = _options.Computing.Factors;
        return factors.IsDefaultOrEmpty ? 1 : factors[Math.Min(worker, factors.Length - 1)];
    }

    private static long Key(ParticipantId participant) => ((long)participant.Role << 32) | (uint)participant.Index;

    private static TimeSpan Draw(
        DurationModel model, TimeSpan median, double sigma, double tail, double factor, CounterRandom random, long who, long number)
    {
        double times = model switch
        {
            DurationModel.Lognormal => Math.Exp(sigma * random.Gaussian(who, number)),
            DurationModel.HeavyTail => Math.Pow(2 * random.Uniform(who, number), -1 / tail), // its median is 1
            _ => 1,
        };
        return TimeSpan.FromTicks((long)Math.Min(times * factor * median.Ticks, MaxDuration.Ticks));
    }
}
