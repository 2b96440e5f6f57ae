using System.Globalization;
using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>Text made safe for HTML and SVG.</summary>
internal static class HtmlText
{
    /// <summary>
    /// Escapes <paramref name="text"/> for content and for quoted attributes; control characters, which no document may hold,
    /// become U+FFFD.
    /// </summary>
    public static string Encode(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())   // a lone surrogate comes out as U+FFFD
        {
            _ = rune.Value switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&#39;"),
                '\t' or '\n' or '\r' => encoded.Append((char)rune.Value),
                < ' ' or (>= 0x7f and < 0xa0) or 0xfffe or 0xffff => encoded.Append('\ufffd'),
                _ => encoded.Append(rune.ToString()),
            };
        }

        return encoded.ToString();
    }

    /// <summary>
    /// A number as <see cref="Display.Number"/> writes it, with the signs of good typography: <c>−1.2×10⁻⁴</c>.
    /// </summary>
    public static string Number(double? value)
    {
        string[] parts = Display.Number(value).Split('e');
        string mantissa = value is null ? "–" : parts[0].Replace('-', '−').Replace("inf", "∞", StringComparison.Ordinal);
        return parts.Length == 1 ? mantissa : $"{mantissa}×{Display.PowerOfTen(int.Parse(parts[1], CultureInfo.InvariantCulture))}";
    }
}
