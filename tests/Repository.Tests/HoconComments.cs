using System.Text.RegularExpressions;

namespace ActorFed.Repository.Tests;

/// <summary>Checks that every key of a HOCON file that holds a value has a comment directly above it.</summary>
/// <remarks>Knows the part of HOCON that a documented file needs, and reports any line beyond that: nothing is passed over.</remarks>
internal static partial class HoconComments
{
    /// <summary>What is wrong in <paramref name="text"/>.</summary>
    public static IEnumerable<string> Violations(string path, string text)
    {
        Stack<string> open = new();
        bool isDocumented = false;
        string? until = null; // the end of a value that spans lines
        int number = 0;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (until is not null)
            {
                until = EndsValue(line, until) ? null : until;
                continue;
            }

            bool wasDocumented = isDocumented;
            isDocumented = Comment().IsMatch(line);
            if (isDocumented || line.Length == 0 || Include().IsMatch(line))
            {
                continue;
            }

            if (line is "}" or "{")
            {
                if (line == "{")
                {
                    open.Push("");
                }
                else if (!open.TryPop(out _))
                {
                    yield return $"{path}:{number}: a closing brace too many";
                }

                continue;
            }

            Match key = Key().Match(line);
            if (!key.Success)
            {
                yield return $"{path}:{number}: cannot be read as one key: {line}";
                continue;
            }

            string value = key.Groups["value"].Value;
            string name = string.Join('.', open.Reverse().Where(part => part.Length > 0).Append(key.Groups["key"].Value));
            if (value == "{")
            {
                open.Push(key.Groups["key"].Value);
            }
            else if (value.StartsWith('{') && value != "{}")
            {
                yield return $"{path}:{number}: {name} has several keys on one line; give each its own line and comment";
            }
            else
            {
                until = OpenEnd(value);
                if (!wasDocumented)
                {
                    yield return $"{path}:{number}: {name} has no comment directly above it";
                }
            }
        }

        if (open.Count > 0 || until is not null)
        {
            yield return $"{path}: ends inside {(until is null ? string.Join('.', open.Reverse()) : "a value")}";
        }
    }

    private static string? OpenEnd(string value) =>
        value.StartsWith("\"\"\"", StringComparison.Ordinal) ? (value.IndexOf("\"\"\"", 3, StringComparison.Ordinal) < 0 ? "\"\"\"" : null)
        : value.StartsWith('[') && !value.Contains(']', StringComparison.Ordinal) ? "]"
        : null;

    private static bool EndsValue(string line, string end) => end == "]" ? line.StartsWith(']') : line.Contains(end, StringComparison.Ordinal);

    [GeneratedRegex(@"^(#|//).*\w")]
    private static partial Regex Comment();

    [GeneratedRegex("^include\\b")]
    private static partial Regex Include();

    [GeneratedRegex("""^(?<key>("[^"]+"|[\w\-]+)(\.("[^"]+"|[\w\-]+))*)\s*(=|:|\+=|(?=\{))\s*(?<value>\S.*)$""")]
    private static partial Regex Key();
}
