using System.Collections.Immutable;
using System.Globalization;

namespace ActorFed.Host.Runs;

/// <summary>One mark of an axis.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">Its text; empty for a line without one.</param>
internal readonly record struct AxisTick(double Value, string Label);

/// <summary>The range, scale and ticks of one axis.</summary>
internal sealed class PlotAxis
{
    // Values beyond these are drawn at them: what is left cannot overflow, nor vanish when it is divided.
    private const double Largest = 1e300;
    private const double Smallest = 1e-290;

    private const int MaxLabelledDecades = 6;

    private readonly double _low;
    private readonly double _high;

    private PlotAxis(double low, double high, bool isLog, ImmutableArray<AxisTick> ticks)
    {
        (_low, _high, IsLog, Ticks) = (low, high, isLog, ticks);
    }

    public bool IsLog { get; }

    public ImmutableArray<AxisTick> Ticks { get; }

    /// <summary>An axis whose ticks are 1, 2 or 5 times a power of ten apart.</summary>
    /// <param name="values">What it must hold; those not finite are left out.</param>
    /// <param name="tickCount">About how many ticks; at least 2.</param>
    /// <param name="isTight">Whether it ends at the largest and smallest value rather than at ticks.</param>
    public static PlotAxis Linear(IEnumerable<double> values, int tickCount, bool isTight)
    {
        (double min, double max) = Range(values.Select(v => Math.Clamp(v, -Largest, Largest)));
        double size = Math.Max(Math.Abs(min), Math.Abs(max));
        if (max - min <= Math.Max(size * 1e-12, Smallest))
        {
            // A constant, or so near to one that ticks could not be told apart.
            double margin = size <= Smallest ? 1 : size * 0.1;
            (min, max) = (min - margin, max + margin);
            isTight = false;
        }

        double step = NiceStep((max - min) / tickCount);
        double first = isTight ? Math.Ceiling(min / step) : Math.Floor(min / step);
        double last = isTight ? Math.Floor(max / step) : Math.Ceiling(max / step);
        ImmutableArray<AxisTick>.Builder ticks = ImmutableArray.CreateBuilder<AxisTick>();
        for (int i = 0; i <= last - first; i++)
        {
            double value = (first + i) * step;
            ticks.Add(new AxisTick(value, Label(value, step, Math.Max(Math.Abs(first), Math.Abs(last)) * step)));
        }

        return isTight
            ? new PlotAxis(min, max, isLog: false, ticks.ToImmutable())
            : new PlotAxis(first * step, last * step, isLog: false, ticks.ToImmutable());
    }

    /// <summary>A logarithmic axis over whole decades; values that are not positive have no place on it.</summary>
    public static PlotAxis Log(IEnumerable<double> values)
    {
        (double min, double max) = Range(values.Where(v => v > 0).Select(v => Math.Clamp(v, Smallest, Largest)), 1);
        int first = (int)Math.Floor(Math.Log10(min));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(max)));
        int every = (last - first + MaxLabelledDecades - 1) / MaxLabelledDecades;
        ImmutableArray<AxisTick>.Builder ticks = ImmutableArray.CreateBuilder<AxisTick>();
        for (int decade = first; decade <= last; decade += every)
        {
            ticks.Add(new AxisTick(Math.Pow(10, decade), Display.PowerOfTen(decade)));
            if (last - first <= 2 && decade < last)
            {
                ticks.AddRange(((double[])[2, 5]).Select(m => m * Math.Pow(10, decade)).Select(v => new AxisTick(v, Display.Number(v))));
            }
        }

        return new PlotAxis(first, last, isLog: true, ticks.ToImmutable());
    }

    /// <summary>Where a value lies, from 0 (low end) to 1 (high end); null where it has no place on the axis.</summary>
    public double? Position(double value)
    {
        if (!double.IsFinite(value) || (IsLog && value <= 0))
        {
            return null;
        }

        double scaled = IsLog ? Math.Log10(Math.Clamp(value, Smallest, Largest)) : Math.Clamp(value, -Largest, Largest);
        return (scaled - _low) / (_high - _low);
    }

    private static (double Min, double Max) Range(IEnumerable<double> values, double otherwise = 0)
    {
        (double min, double max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values.Where(double.IsFinite))
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        return min <= max ? (min, max) : (otherwise, otherwise);
    }

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }

    private static string Label(double value, double step, double largest)
    {
        if (value == 0)
        {
            return "0";
        }

        if (largest >= 1e13 || step < 1e-6)
        {
            int digits = Math.Clamp((int)Math.Floor(Math.Log10(largest)) - (int)Math.Floor(Math.Log10(step)), 0, 14);
            return value.ToString($"0.{new string('#', digits)}e+0", CultureInfo.InvariantCulture)
                .Replace("e+", "e", StringComparison.Ordinal).Replace('-', '−');
        }

        (double divisor, string suffix) = largest switch
        {
            >= 1e10 => (1e9, "G"),
            >= 1e7 => (1e6, "M"),
            >= 1e4 => (1e3, "k"),
            _ => (1, ""),
        };
        int decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step / divisor) + 1e-9), 0, 12);
        return (value / divisor).ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−') + suffix;
    }
}
