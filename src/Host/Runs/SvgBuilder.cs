using System.Globalization;
using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>Where a text is held at its position.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>Builds one SVG picture; colours and fonts come from the page's style by class names.</summary>
internal sealed class SvgBuilder
{
    private readonly StringBuilder _svg = new();

    /// <summary>Starts a picture.</summary>
    /// <param name="width">Width in units; the page scales it.</param>
    /// <param name="height">Height in the same units.</param>
    /// <param name="label">What the picture shows, for those who cannot see it.</param>
    public SvgBuilder(double width, double height, string label)
    {
        (Width, Height) = (width, height);
        _svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {Coordinate(width)} {Coordinate(height)}\" role=\"img\" ");
        _svg.Append(CultureInfo.InvariantCulture, $"aria-label=\"{HtmlText.Encode(label)}\">");
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>A coordinate with two decimals at most; what is not finite is a mistake of the caller.</summary>
    public static string Coordinate(double value) => double.IsFinite(value)
        ? Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A coordinate is not finite.");

    public SvgBuilder Line(string style, double x1, double y1, double x2, double y2) => Raw(
        $"<line class=\"{style}\" x1=\"{Coordinate(x1)}\" y1=\"{Coordinate(y1)}\" x2=\"{Coordinate(x2)}\" y2=\"{Coordinate(y2)}\"/>");

    /// <summary>A rectangle, with a tip shown when the pointer rests on it.</summary>
    public SvgBuilder Rectangle(string style, double x, double y, double width, double height, double opacity = 1, string? tip = null)
    {
        string opacityText = opacity < 1 ? $" fill-opacity=\"{Coordinate(opacity)}\"" : "";
        string size = $"width=\"{Coordinate(width)}\" height=\"{Coordinate(height)}\"";
        return Raw($"<rect class=\"{style}\" x=\"{Coordinate(x)}\" y=\"{Coordinate(y)}\" {size}{opacityText}>{Tip(tip)}</rect>");
    }

    public SvgBuilder Text(string style, double x, double y, TextAnchor anchor, string text) => Raw(
        $"<text class=\"{style}\" x=\"{Coordinate(x)}\" y=\"{Coordinate(y)}\" text-anchor=\"{anchor.ToString().ToLowerInvariant()}\">"
        + $"{HtmlText.Encode(text)}</text>");

    public SvgBuilder Circle(string style, double x, double y, double radius) => Raw(
        $"<circle class=\"{style}\" cx=\"{Coordinate(x)}\" cy=\"{Coordinate(y)}\" r=\"{Coordinate(radius)}\"/>");

    /// <summary>A path.</summary>
    /// <param name="style">Class names.</param>
    /// <param name="data">Path data.</param>
    /// <param name="attributes">More attributes, escaped, with a leading space; or nothing.</param>
    /// <param name="tip">Shown when the pointer rests on it.</param>
    public SvgBuilder Path(string style, string data, string attributes = "", string? tip = null) =>
        Raw($"<path class=\"{style}\" d=\"{data}\"{attributes}>{Tip(tip)}</path>");

    /// <summary>Ends the picture.</summary>
    public override string ToString() => _svg + "</svg>";

    /// <summary>Ends the picture as a file of its own, with its style in it.</summary>
    /// <param name="css">The style; without characters that XML would need escaped.</param>
    public string ToFile(string css)
    {
        string picture = ToString();
        int content = picture.IndexOf('>', StringComparison.Ordinal) + 1;
        string size = $" xmlns=\"http://www.w3.org/2000/svg\" width=\"{Coordinate(Width)}\" height=\"{Coordinate(Height)}\"";
        return $"{picture[..4]}{size}{picture[4..content]}<style>{css}</style>{picture[content..]}\n";
    }

    private static string Tip(string? tip) => tip is null ? "" : $"<title>{HtmlText.Encode(tip)}</title>";

    private SvgBuilder Raw(string element)
    {
        _svg.Append(element);
        return this;
    }
}
