using System.Text.RegularExpressions;

namespace ActorFed.Repository.Tests;

/// <summary>Names that must not occur in the code of a layer.</summary>
internal static class BannedCalls
{
    private const string Clocks = @"\b(DateTime|DateTimeOffset|Stopwatch|TimeProvider)\b";

    // The type, not a member of that name.
    private const string SystemRandom =
        @"\bnew\s+Random\b|\bRandom\s*\.\s*Shared\b|\bSystem\s*\.\s*Random\b|(?<![.\w])Random\??\s+\w+";

    private const string Chance = SystemRandom + @"|\bRandomNumberGenerator\b|\bGuid\s*\.\s*NewGuid\b";
    private const string Outside = @"\bConsole\b|\b(Environment|File|Directory)\s*\.";
    private const string Threads = @"\b(Task|ValueTask|Parallel|Thread\w*|async|await)\b";

    /// <summary>Participants are deterministic: no clock, chance, thread or outside world.</summary>
    public static Regex InAlgorithms { get; } = new($@"{Clocks}|{Chance}|{Outside}|\bPath\s*\.|{Threads}");

    /// <summary>Problems compute over data they are handed, and never on their own time or threads.</summary>
    public static Regex InProblems { get; } = new($@"{Clocks}|{Chance}|{Outside}|\b(Task|async|await)\b");

    /// <summary>Waiting for luck.</summary>
    public static Regex Sleeping { get; } = new(@"\bThread\s*\.\s*Sleep\b");

    /// <summary>Marks of unfinished work; searched in comments too.</summary>
    public static Regex Unfinished { get; } = new(@"\bTO" + @"DO\b|\bFIX" + @"ME\b|\bNotImplemented" + "Exception");

    /// <summary>Each occurrence of <paramref name="banned"/> in the code of <paramref name="source"/>.</summary>
    public static IEnumerable<string> InCode(string path, string source, Regex banned) =>
        InText(path, SourceText.CodeOf(source), banned);

    /// <summary>Each occurrence of <paramref name="banned"/> in <paramref name="text"/>, comments and literals included.</summary>
    public static IEnumerable<string> InText(string path, string text, Regex banned) =>
        banned.Matches(text).Select(match => $"{path}:{LineOf(text, match.Index)}: '{match.Value}' must not occur here");

    private static int LineOf(string text, int index) => 1 + text.AsSpan(0, index).Count('\n');
}
