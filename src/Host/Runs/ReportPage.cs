using System.Globalization;
using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>A page in the style of the reports: one file that needs no other and no network. It is well-formed XML as well.</summary>
internal sealed class ReportPage
{
    private readonly StringBuilder _page = new();

    /// <summary>Begins a page.</summary>
    /// <param name="title">Its title, as text.</param>
    public ReportPage(string title)
    {
        _page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        _page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        _page.Append(CultureInfo.InvariantCulture, $"<title>{HtmlText.Encode(title)}</title>");
        _page.Append(CultureInfo.InvariantCulture, $"<style>\n{ReportStyle.Css}\n</style></head>\n<body><main>\n");
    }

    /// <summary>Adds markup.</summary>
    public void Add(string markup) => _page.Append(markup).Append('\n');

    /// <summary>Adds a section.</summary>
    /// <param name="title">Its heading, as text.</param>
    /// <param name="note">A few words about it, as text; null for none.</param>
    /// <param name="contents">Its markup.</param>
    public void Section(string title, string? note, params IEnumerable<string> contents)
    {
        _page.Append(CultureInfo.InvariantCulture, $"<section><h2>{HtmlText.Encode(title)}</h2>");
        _page.Append(note is null ? "" : $"<p class=\"note\">{HtmlText.Encode(note)}</p>");
        foreach (string content in contents)
        {
            Add(content);
        }

        _page.Append("</section>\n");
    }

    /// <summary>Ends the page.</summary>
    /// <param name="build">Version of the program.</param>
    public string End(string build) => _page.Append(
        CultureInfo.InvariantCulture, $"<footer>ActorFed {HtmlText.Encode(build)}</footer>\n</main>\n<script>\n{ReportStyle.Script}\n</script></body></html>\n").ToString();

    /// <summary>A box with a heading.</summary>
    public static string Card(string title, string content) => $"<div class=\"card\"><h3>{HtmlText.Encode(title)}</h3>{content}</div>";

    /// <summary>A box over the whole width whose text opens on a click.</summary>
    public static string Folded(string title, string text) =>
        $"<div class=\"card wide\"><details><summary>{HtmlText.Encode(title)}</summary><pre>{HtmlText.Encode(text)}</pre></details></div>";

    /// <summary>What the colours of a plot stand for, in their order.</summary>
    public static string Key(IEnumerable<string> names) => "<div class=\"keys\">"
        + string.Concat(names.Select((name, i) => $"<span class=\"key\">{Swatch(i)}{HtmlText.Encode(name)}</span>")) + "</div>";

    /// <summary>A sample of a plot's colour.</summary>
    public static string Swatch(int colour) => $"<span class=\"swatch b{colour % LinePlot.Colours}\">\u200b</span>";
}
