using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorFed.Repository.Tests;

/// <summary>Small rules about single files.</summary>
internal static partial class TextRules
{
    /// <summary>Most lines of a source file; style asks for about 400.</summary>
    public const int MaxSourceLines = 500;

    private const int WishedSourceLines = 400;

    // Written in parts, so that this file does not break its own rules.
    private static readonly Regex MachinePath =
        new(@"(?<![\w.\-~})])/(?:" + "home|root|work|Us" + @"ers)/[\w.]|\b[A-Za-z]:\\+Us" + "ers");

    private static readonly Regex RegistryHost = new("nuget" + @"\.org|npm" + "js|py" + @"pi\b", RegexOptions.IgnoreCase);

    /// <summary>Sources that are too long; where there is one, those that are nearly so are named as well.</summary>
    public static IEnumerable<string> TooLong(IEnumerable<(string Path, string Text)> sources)
    {
        var lengths = sources.Select(source => (source.Path, Lines: source.Text.AsSpan().TrimEnd('\n').Count('\n') + 1)).ToArray();
        string near = string.Join(", ", lengths
            .Where(source => source.Lines is > WishedSourceLines and <= MaxSourceLines)
            .Select(source => string.Create(CultureInfo.InvariantCulture, $"{source.Path} ({source.Lines})")));
        return lengths.Where(source => source.Lines > MaxSourceLines).Select(source =>
            $"{source.Path} has {source.Lines} lines; at most {MaxSourceLines} are allowed, about {WishedSourceLines} wished for: split it by meaning."
            + (near.Length > 0 ? $" Soon too long: {near}." : ""));
    }

    /// <summary>Absolute paths that exist on one machine only.</summary>
    public static IEnumerable<string> MachinePaths(string path, string text) => BannedCalls.InText(path, text, MachinePath);

    /// <summary>Package registries: where packages come from is the business of the machine, not of the code.</summary>
    public static IEnumerable<string> RegistryHosts(string path, string text) => BannedCalls.InText(path, text, RegistryHost);

    /// <summary>What a decision lacks: number, title, and what it was about, what was chosen and what it costs.</summary>
    public static IEnumerable<string> Decision(string path, string text)
    {
        Match name = DecisionName().Match(path);
        if (!name.Success)
        {
            yield return $"{path} must be called NNNN-short-title.md";
        }

        if (!Regex.IsMatch(text, $@"\A# {name.Groups["number"].Value}\. \S"))
        {
            yield return $"{path} must begin with '# {(name.Success ? name.Groups["number"].Value : "NNNN")}. Title'";
        }

        int last = 0;
        foreach (string section in (string[])["Context", "Choice", "Price"])
        {
            Match found = Regex.Match(text, $@"^## {section}\s*\n+(?!#)\S", RegexOptions.Multiline);
            if (!found.Success || found.Index < last)
            {
                yield return $"{path} must have a section '## {section}' with text, in the order Context, Choice, Price";
            }

            last = Math.Max(last, found.Index);
        }
    }

    /// <summary>Scripts without the run bit.</summary>
    /// <param name="entries">Lines of <c>git ls-files -s</c>: mode, hash, stage, tab, path.</param>
    /// <param name="read">The content of a path.</param>
    public static IEnumerable<string> NotExecutable(IEnumerable<string> entries, Func<string, string> read) => entries
        .Select(entry => (Mode: entry[..6], Path: entry[(entry.IndexOf('\t', StringComparison.Ordinal) + 1)..]))
        .Where(entry => entry.Mode != "100755" && read(entry.Path).StartsWith("#!", StringComparison.Ordinal))
        .Select(entry => $"{entry.Path} is a script without the run bit: git update-index --chmod=+x {entry.Path}");

    [GeneratedRegex(@"(^|/)(?<number>\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md$")]
    private static partial Regex DecisionName();
}
