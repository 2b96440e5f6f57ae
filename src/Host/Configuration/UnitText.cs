using System.Globalization;

namespace ActorFed.Host.Configuration;

/// <summary>Durations and sizes: a number and its unit, such as <c>1.5s</c> or <c>16 MiB</c>.</summary>
internal static class UnitText
{
    private static readonly Dictionary<string, decimal> TicksPerUnit = UnitTable(
        (0.01m, ["ns", "nano", "nanos", "nanosecond", "nanoseconds"]),
        (10m, ["us", "micro", "micros", "microsecond", "microseconds"]),
        (TimeSpan.TicksPerMillisecond, ["ms", "milli", "millis", "millisecond", "milliseconds"]),
        (TimeSpan.TicksPerSecond, ["s", "second", "seconds"]),
        (TimeSpan.TicksPerMinute, ["m", "minute", "minutes"]),
        (TimeSpan.TicksPerHour, ["h", "hour", "hours"]),
        (TimeSpan.TicksPerDay, ["d", "day", "days"]));

    private static readonly Dictionary<string, decimal> BytesPerUnit = UnitTable(
        (1m, ["", "B", "b", "byte", "bytes"]),
        (1e3m, ["kB", "kilobyte", "kilobytes"]),
        (1e6m, ["MB", "megabyte", "megabytes"]),
        (1e9m, ["GB", "gigabyte", "gigabytes"]),
        (1e12m, ["TB", "terabyte", "terabytes"]),
        (1L << 10, ["K", "k", "Ki", "KiB", "kibibyte", "kibibytes"]),
        (1L << 20, ["M", "m", "Mi", "MiB", "mebibyte", "mebibytes"]),
        (1L << 30, ["G", "g", "Gi", "GiB", "gibibyte", "gibibytes"]),
        (1L << 40, ["T", "t", "Ti", "TiB", "tebibyte", "tebibytes"]));

    /// <summary>Reads a duration; the unit is required, for a bare number would leave it to be guessed.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="problem">What is wrong, when nothing is returned.</param>
    public static TimeSpan? ParseDuration(string text, out string problem)
    {
        problem = $"expected a duration with a unit (ns, us, ms, s, m, h, d), found \"{text}\"; write e.g. 500ms";
        if (!TrySplit(text, out decimal number, out string unit) || !TicksPerUnit.TryGetValue(unit, out decimal ticks))
        {
            return null;
        }

        long? exact = Multiply(number, ticks);
        problem = $"expected a duration from 0 to 10675199d in whole steps of 100ns, found \"{text}\"; write e.g. 500ms";
        return exact is >= 0 ? TimeSpan.FromTicks(exact.Value) : null;
    }

    /// <summary>Reads a size in bytes; without a unit it is bytes.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="problem">What is wrong, when nothing is returned.</param>
    public static long? ParseBytes(string text, out string problem)
    {
        problem = $"expected a size (B, kB, MB, GB, TB by 1000; KiB, MiB, GiB, TiB by 1024), found \"{text}\"; write e.g. 16MiB";
        if (!TrySplit(text, out decimal number, out string unit) || !BytesPerUnit.TryGetValue(unit, out decimal bytes))
        {
            return null;
        }

        long? exact = Multiply(number, bytes);
        problem = $"expected a whole number of bytes from 0 to {long.MaxValue}, found \"{text}\"; write e.g. 16MiB";
        return exact is >= 0 ? exact : null;
    }

    /// <summary>The duration in the largest unit that keeps it whole, such as <c>90s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        (string Unit, long Ticks)[] units =
        [
            ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
            ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
        ];
        foreach ((string unit, long ticks) in units)
        {
            if (duration.Ticks != 0 && duration.Ticks % ticks == 0)
            {
                return $"{duration.Ticks / ticks}{unit}";
            }
        }

        return duration.Ticks == 0 ? "0s" : $"{duration.Ticks}00ns";
    }

    private static Dictionary<string, decimal> UnitTable(params ReadOnlySpan<(decimal Factor, string[] Names)> units)
    {
        Dictionary<string, decimal> table = [];
        foreach ((decimal factor, string[] names) in units)
        {
            foreach (string name in names)
            {
                table.Add(name, factor);
            }
        }

        return table;
    }

    private static bool TrySplit(string text, out decimal number, out string unit)
    {
        int end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        unit = text[end..];
        return decimal.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static long? Multiply(decimal number, decimal factor)
    {
        if (Math.Abs(number) > long.MaxValue)
        {
            return null; // the product could leave the range of decimal
        }

        decimal product = number * factor;
        return decimal.IsInteger(product) && product is >= long.MinValue and <= long.MaxValue ? (long)product : null;
    }
}
