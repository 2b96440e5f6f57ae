namespace ActorFed.Wire;

/// <summary>Text from outside, made fit for an error message.</summary>
internal static class WireText
{
    private const int MaxShown = 100;

    /// <summary>The text without control characters, and not all of it when it is long.</summary>
    public static string Shown(string text)
    {
        string start = text.Length > MaxShown ? $"{text.AsSpan(0, MaxShown)}… ({text.Length} characters)" : text;
        return start.Any(char.IsControl) ? string.Concat(start.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : start;
    }
}
