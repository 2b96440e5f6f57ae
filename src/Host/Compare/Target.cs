using System.Globalization;

namespace ActorFed.Host.Compare;

/// <summary>A value that a measured number is to come to.</summary>
/// <param name="Metric">Name of the number.</param>
/// <param name="IsUpward">Whether more is better: the number must be at least the value; else at most.</param>
/// <param name="Value">The value.</param>
internal sealed record Target(string Metric, bool IsUpward, double Value)
{
    private static readonly string[] UpwardWords = ["accuracy", "auc", "f1", "precision", "recall"];
    private static readonly string[] DownwardWords = ["loss", "objective", "distance", "gap", "norm", "error", "mse", "rmse", "nll"];

    /// <summary>Reads <c>test-accuracy=0.9</c>, whose direction follows from the name, or <c>test-loss&lt;=0.35</c>.</summary>
    /// <exception cref="ArgumentException">It is no target; the message says how to write one.</exception>
    public static Target Parse(string text)
    {
        int end = text.AsSpan().IndexOfAny("<>=");
        string? sign = end < 1 ? null : ((string[])[">=", "<=", "="]).FirstOrDefault(s => text.AsSpan(end).StartsWith(s));
        if (sign is null)
        {
            throw new ArgumentException($"--target is '{text}'; write METRIC=VALUE, METRIC>=VALUE or METRIC<=VALUE, such as test-accuracy=0.9.");
        }

        string metric = text[..end].Trim();
        string number = text[(end + sign.Length)..];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            throw new ArgumentException($"--target is '{text}'; '{number}' is not a number. Write METRIC=VALUE, METRIC>=VALUE or METRIC<=VALUE, such as test-accuracy=0.9.");
        }

        return new Target(metric, sign == "=" ? IsBetterAbove(metric, number) : sign == ">=", value);
    }

    /// <summary>Whether <paramref name="value"/> is at the target or beyond.</summary>
    public bool IsReachedBy(double value) => IsUpward ? value >= Value : value <= Value;

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Metric}{(IsUpward ? ">=" : "<=")}{Value}");

    private static bool IsBetterAbove(string metric, string number)
    {
        string[] words = metric.Split('-');
        bool isUpward = words.Any(UpwardWords.Contains);
        return isUpward != words.Any(DownwardWords.Contains)
            ? isUpward
            : throw new ArgumentException(
                $"--target {metric}={number}: the name does not tell whether more or less is better; write '{metric}>={number}' or '{metric}<={number}'.");
    }
}
