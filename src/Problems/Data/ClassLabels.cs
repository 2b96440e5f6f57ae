using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>Collects labels as written and numbers the classes: by value when all are numbers, else by ordinal text.</summary>
internal sealed class ClassLabels
{
    private const int ClassLimit = 1000;
    private const int LabelLimitBytes = 256;

    private readonly Dictionary<string, int> _codes = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<(string Text, int Line)> _texts = [];
    private readonly List<int> _rows = [];

    public ClassLabels() => _lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds the label of the next row.</summary>
    public void Add(ReadOnlySpan<byte> label, TextLines lines)
    {
        if (label.Length is 0 or > LabelLimitBytes)
        {
            throw lines.Fault($"a label of {label.Length} bytes; expected 1 to {LabelLimitBytes}");
        }

        Span<char> chars = stackalloc char[LabelLimitBytes];
        ReadOnlySpan<char> text = chars[..Encoding.UTF8.GetChars(label, chars)];
        if (!_lookup.TryGetValue(text, out int code))
        {
            code = _texts.Count;
            if (code == ClassLimit)
            {
                throw lines.Fault(
                    $"label '{text}' is the {code + 1}th; expected at most {ClassLimit}; read targets as regression data");
            }

            _texts.Add((text.ToString(), lines.Number));
            _codes[text.ToString()] = code;
        }

        _rows.Add(code);
    }

    /// <summary>The class of each row and the name of each class.</summary>
    /// <param name="file">Names the file in errors.</param>
    /// <param name="known">Class names in order, when another file of the set has fixed them; null to take those found.</param>
    public (ImmutableArray<int> Labels, ImmutableArray<string> Names) Number(DataSource file, IReadOnlyList<string>? known)
    {
        if (_rows.Count == 0)
        {
            throw file.Fault("line 1", "no row in the file; expected at least one");
        }

        bool areNumbers = _texts.All(text => TryParse(text.Text, out _)) && (known ?? []).All(name => TryParse(name, out _));
        ImmutableArray<string> names = known is null
            ? areNumbers
                ? [.. _texts.Select(text => ParsedValue(text.Text)).Distinct().Order().Select(Name)]
                : [.. _texts.Select(text => text.Text).Order(StringComparer.Ordinal)]
            : areNumbers ? [.. known.Select(name => Name(ParsedValue(name)))] : [.. known];
        if (names.Length < 2)
        {
            throw file.Fault("last line", $"every label is '{names[0]}'; expected at least 2 classes");
        }

        int[] classes = new int[_texts.Count];
        for (int code = 0; code < classes.Length; code++)
        {
            (string text, int line) = _texts[code];
            classes[code] = names.IndexOf(areNumbers ? Name(ParsedValue(text)) : text, StringComparer.Ordinal);
            if (classes[code] < 0)
            {
                throw file.Fault($"line {line}", $"label '{text}'; expected one of {string.Join(", ", names)}");
            }
        }

        return ([.. _rows.Select(code => classes[code])], names);
    }

    private static string Name(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double ParsedValue(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
