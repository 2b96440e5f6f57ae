using System.Globalization;
using System.Text.Json;

namespace ActorFed.Host.Verify;

/// <summary>The deviations of one case of a vector file: largest absolute difference per step and quantity.</summary>
internal sealed class VerifiedCase(string name)
{
    private readonly SortedDictionary<long, Dictionary<string, double>> _steps = [];
    private readonly List<string> _quantities = [];

    public string Name => name;

    /// <summary>Quantities compared, in the order they first came up.</summary>
    public IReadOnlyList<string> Quantities => _quantities;

    public IEnumerable<KeyValuePair<long, Dictionary<string, double>>> Steps => _steps;

    public double Largest => _steps.Values.SelectMany(step => step.Values).DefaultIfEmpty(double.PositiveInfinity).Aggregate(0d, Worse);

    /// <summary>Compares numbers, vectors or nested lists of them with the file's.</summary>
    public void Compare(long step, string quantity, JsonElement expected, params ReadOnlySpan<double> actual) =>
        Compare(step, quantity, expected, isRelative: false, actual);

    /// <summary>The same by the file's numbers: each deviation is divided by the number expected, unless that is 0.</summary>
    public void CompareRelative(long step, string quantity, JsonElement expected, params ReadOnlySpan<double> actual) =>
        Compare(step, quantity, expected, isRelative: true, actual);

    private void Compare(long step, string quantity, JsonElement expected, bool isRelative, ReadOnlySpan<double> actual)
    {
        List<double> numbers = [];
        Flatten(expected, numbers);
        double deviation = numbers.Count == actual.Length ? 0 : double.PositiveInfinity; // a wrong shape is as wrong as can be
        for (int i = 0; i < Math.Min(numbers.Count, actual.Length); i++)
        {
            double unit = isRelative && numbers[i] != 0 ? Math.Abs(numbers[i]) : 1;
            deviation = Worse(deviation, Math.Abs(numbers[i] - actual[i]) / unit);
        }

        if (!_quantities.Contains(quantity))
        {
            _quantities.Add(quantity);
        }

        if (!_steps.TryGetValue(step, out Dictionary<string, double>? deviations))
        {
            _steps[step] = deviations = [];
        }

        deviations[quantity] = Worse(deviations.GetValueOrDefault(quantity), deviation);
    }

    private static double Worse(double left, double right) => double.IsNaN(left) || double.IsNaN(right) ? double.NaN : Math.Max(left, right);

    private static void Flatten(JsonElement element, List<double> numbers)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Flatten(item, numbers);
                }

                break;
            case JsonValueKind.True or JsonValueKind.False:
                numbers.Add(element.GetBoolean() ? 1 : 0);
                break;
            default:
                numbers.Add(element.GetDouble());
                break;
        }
    }
}

/// <summary>Prints verified cases as one table each, a row per step and a column per quantity.</summary>
internal static class VerifyPrinter
{
    private const int Width = 9;

    public static void Print(TextWriter output, VerifiedCase verified, double tolerance)
    {
        output.WriteLine($"{verified.Name}: largest absolute deviation per step and quantity (tolerance {Text(tolerance)})");
        output.WriteLine("  " + "step".PadLeft(5) + string.Concat(verified.Quantities.Select(q => "  " + Fit(q))));
        foreach ((long step, Dictionary<string, double> deviations) in verified.Steps)
        {
            IEnumerable<string> cells = verified.Quantities.Select(
                q => "  " + Fit(deviations.TryGetValue(q, out double deviation) ? Text(deviation) : "-"));
            output.WriteLine("  " + step.ToString(CultureInfo.InvariantCulture).PadLeft(5) + string.Concat(cells));
        }

        bool isWithin = verified.Largest <= tolerance;
        output.WriteLine($"  largest: {Text(verified.Largest)}: {(isWithin ? "within" : "BEYOND")} tolerance");
    }

    public static string Text(double deviation) =>
        deviation == 0 ? "0" : deviation.ToString("0.0e+0", CultureInfo.InvariantCulture);

    private static string Fit(string text) => text.Length > Width ? text[..Width] : text.PadLeft(Width);
}
