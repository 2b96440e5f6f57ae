using System.Globalization;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Durations in fault plans: <c>3.2s</c>, <c>400ms</c>, <c>-1h</c>. What is written is read back to the tick.</summary>
internal static class DurationText
{
    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Allowed = "a duration in h, m, s, ms or us, exact to 0.1us, such as 400ms";

    private static readonly (string Unit, long Ticks)[] Units = // those whose name ends in another's name come first
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>The duration in the largest of s, ms and us in which it is at least 1; hours and minutes are left to those who write.</summary>
    public static string Format(TimeSpan duration)
    {
        (string unit, long ticks) = Math.Abs((decimal)duration.Ticks) switch
        {
            0 or >= TimeSpan.TicksPerSecond => ("s", TimeSpan.TicksPerSecond),
            >= TimeSpan.TicksPerMillisecond => ("ms", TimeSpan.TicksPerMillisecond),
            _ => ("us", TimeSpan.TicksPerMicrosecond),
        };
        return ((decimal)duration.Ticks / ticks).ToString("0.#######", CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Reads a duration; false when it has no known unit or is no whole number of ticks.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach ((string unit, long ticks) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
            if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), Style, CultureInfo.InvariantCulture, out decimal number)
                || Math.Abs(number) > long.MaxValue / ticks || !decimal.IsInteger(number * ticks))
            {
                return false;
            }

            duration = new TimeSpan((long)(number * ticks));
            return true;
        }

        return false;
    }
}
