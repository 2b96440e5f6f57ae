using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorFed.Actors;

namespace ActorFed.Engines.Tests.Telemetry;

/// <summary>One measured value.</summary>
internal sealed record Measured(string Name, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    public string? this[string tag] => Tags.TryGetValue(tag, out object? value) ? value?.ToString() : null;
}

/// <summary>Listens to instruments of its own, so that no other test's numbers are among them.</summary>
internal sealed class Meters : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Measured> _all = [];
    private readonly List<Activity> _activities = [];
    private readonly MeterListener? _metrics;
    private readonly ActivityListener? _traces;

    public Meters(bool measures = true, bool traces = false)
    {
        if (measures)
        {
            _metrics = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Meter == Instruments.Steps.Meter)
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _metrics.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _metrics.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _metrics.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _metrics.Start();
        }

        if (traces)
        {
            _traces = new ActivityListener
            {
                ShouldListenTo = source => source == Instruments.Activities,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => Samples(options) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = activity =>
                {
                    lock (_gate)
                    {
                        _activities.Add(activity);
                    }
                },
            };
            ActivitySource.AddActivityListener(_traces);
        }
    }

    public Instruments Instruments { get; } = new();

    /// <summary>Which turns are in a trace.</summary>
    public Func<ActivityCreationOptions<ActivityContext>, bool> Samples { get; set; } = _ => true;

    /// <summary>Activities in the order of their ends.</summary>
    public IReadOnlyList<Activity> Activities
    {
        get
        {
            lock (_gate)
            {
                return [.. _activities];
            }
        }
    }

    public IReadOnlyList<Measured> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public IEnumerable<Measured> Of(string name) => All.Where(measured => measured.Name == name);

    public double Sum(string name) => Of(name).Sum(measured => measured.Value);

    /// <summary>Asks the instruments that are asked.</summary>
    public void Observe() => _metrics!.RecordObservableInstruments();

    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
        Instruments.Dispose();
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Measured measured = new(instrument.Name, value, new Dictionary<string, object?>(tags.ToArray()));
        lock (_gate)
        {
            _all.Add(measured);
        }
    }
}
