namespace ActorFed.Host.Runs;

/// <summary>One recorded point.</summary>
/// <param name="Step">Master steps made by then.</param>
/// <param name="Seconds">Time since the run began.</param>
/// <param name="Value">What was measured; may be NaN or infinite.</param>
internal readonly record struct SeriesPoint(long Step, double Seconds, double Value);

/// <summary>
/// A measured quantity over a run in bounded memory: when full, every second point goes and the stride doubles.
/// </summary>
internal sealed class Series(int capacity = Series.DefaultCapacity)
{
    /// <summary>Points kept at most, besides the last: more than a screen has columns.</summary>
    public const int DefaultCapacity = 2000;

    private readonly List<SeriesPoint> _points = [];
    private long _stride = 1;

    /// <summary>Points offered so far, but for those dropped.</summary>
    public long Offered { get; private set; }

    /// <summary>The newest point, kept or not; null before the first.</summary>
    public SeriesPoint? Last { get; private set; }

    /// <summary>
    /// Adds a point; steps never decrease but for points measured beside the run, which may come a little late.
    /// </summary>
    public void Add(SeriesPoint point)
    {
        if (Offered % _stride == 0)
        {
            if (_points.Count == capacity)
            {
                Halve();
            }

            if (Offered % _stride == 0)
            {
                _points.Add(point);
            }
        }

        Offered++;
        Last = point;
    }

    /// <summary>Removes the points after <paramref name="step"/>; the newest point is then the newest that was kept.</summary>
    public void DropAfter(long step)
    {
        if (Last is SeriesPoint last && last.Step > step)
        {
            _points.RemoveAll(point => point.Step > step);
            Offered = _points.Count * _stride;   // the next point is kept, as every one of a multiple of the stride is
            Last = _points.Count > 0 ? _points[^1] : null;
        }
    }

    /// <summary>The kept points and the last one, oldest first.</summary>
    public SeriesPoint[] ToArray() => Last is SeriesPoint last && _points[^1] != last ? [.. _points, last] : [.. _points];

    /// <summary>At most <paramref name="count"/> values spread evenly over the run, for a sparkline.</summary>
    public double[] Sample(int count)
    {
        SeriesPoint[] points = ToArray();
        int taken = Math.Min(count, points.Length);
        double[] sample = new double[taken];
        for (int i = 0; i < taken; i++)
        {
            sample[i] = points[taken == 1 ? ^1 : (int)((long)i * (points.Length - 1) / (taken - 1))].Value;
        }

        return sample;
    }

    private void Halve()
    {
        int kept = 0;
        for (int i = 0; i < _points.Count; i += 2)
        {
            _points[kept++] = _points[i];
        }

        _points.RemoveRange(kept, _points.Count - kept);
        _stride *= 2;
    }
}
