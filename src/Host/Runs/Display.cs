using System.Globalization;

namespace ActorFed.Host.Runs;

/// <summary>Numbers as people read them.</summary>
internal static class Display
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private static readonly string[] Acronyms = ["auc", "f1", "mse", "rmse", "nll"];

    /// <summary>
    /// Four significant digits: <c>0.9132</c>, <c>12,345</c>, <c>1.234e-7</c>; a dash for what was never measured.
    /// </summary>
    public static string Number(double? value)
    {
        if (value is not double v)
        {
            return "-";
        }

        if (!double.IsFinite(v))
        {
            return double.IsNaN(v) ? "NaN" : v > 0 ? "inf" : "-inf";
        }

        double size = Math.Abs(v);
        return size switch
        {
            0 => "0",
            < 1e-3 or >= 1e7 => v.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal),
            >= 1000 => v.ToString("#,##0", CultureInfo.InvariantCulture),
            _ => v.ToString($"0.{new string('#', 3 - (int)Math.Floor(Math.Log10(size)))}", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A count with thousands separated.</summary>
    public static string Count(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>A size in the unit that fits: <c>12.3 MB</c> (powers of 1000).</summary>
    public static string Bytes(long? bytes)
    {
        if (bytes is not long count)
        {
            return "-";
        }

        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        double value = count;
        int unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value, unit == 0 || value >= 99.95 ? 0 : 1)} {units[unit]}");
    }

    /// <summary>
    /// A duration in the two largest units that say something: <c>1.25 s</c>, <c>3 min 04 s</c>, <c>2 h 05 min</c>.
    /// </summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0 s",
        { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours:00} h"),
    };

    /// <summary>A name of the kebab-case kind as words: <c>test-accuracy</c> becomes <c>Test accuracy</c>.</summary>
    public static string Words(string name)
    {
        string text = string.Join(' ', name.Split('-').Select(word => Acronyms.Contains(word) ? word.ToUpperInvariant() : word));
        return text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>A power of ten: <c>10⁻³</c>.</summary>
    public static string PowerOfTen(int exponent) =>
        "10" + string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']));

    /// <summary>A hash in 16 hexadecimal digits.</summary>
    public static string Hash(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
