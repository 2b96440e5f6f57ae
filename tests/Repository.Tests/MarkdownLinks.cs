using System.Text.RegularExpressions;

namespace ActorFed.Repository.Tests;

/// <summary>Checks that links of a Markdown file that stay in the repository lead somewhere.</summary>
internal static partial class MarkdownLinks
{
    /// <summary>The broken links of <paramref name="text"/>.</summary>
    /// <param name="path">The file, relative to the repository root.</param>
    /// <param name="text">Its content.</param>
    /// <param name="exists">Whether a path relative to the root is a file or folder of the repository.</param>
    /// <param name="read">The content of such a file.</param>
    public static IEnumerable<string> Violations(string path, string text, Func<string, bool> exists, Func<string, string> read)
    {
        string prose = InlineCode().Replace(Fences().Replace(text, ""), "");
        foreach (string link in Link().Matches(prose).Concat(Definition().Matches(prose)).Select(match => match.Groups["to"].Value))
        {
            if (Scheme().IsMatch(link))
            {
                continue;
            }

            int hash = link.IndexOf('#', StringComparison.Ordinal);
            string file = Uri.UnescapeDataString(hash < 0 ? link : link[..hash]);
            string? target = file.Length == 0 ? path : Resolve(path, file);
            if (target is null || !exists(target))
            {
                yield return $"{path}: {link} leads nowhere";
            }
            else if (hash >= 0 && target.EndsWith(".md", StringComparison.Ordinal) && !Anchors(target == path ? text : read(target)).Contains(link[(hash + 1)..]))
            {
                yield return $"{path}: {link} names a heading that {target} has not";
            }
        }
    }

    /// <summary>The anchors of the headings of <paramref name="text"/>, made as forges make them.</summary>
    public static HashSet<string> Anchors(string text)
    {
        HashSet<string> anchors = [];
        foreach (Match heading in Heading().Matches(Fences().Replace(text, "")))
        {
            string title = LinkText().Replace(heading.Groups["title"].Value, "$1").Trim().ToLowerInvariant();
            string slug = string.Concat(title.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
            string anchor = slug;
            for (int copy = 1; !anchors.Add(anchor); copy++)
            {
                anchor = $"{slug}-{copy}";
            }
        }

        anchors.UnionWith(Explicit().Matches(text).Select(match => match.Groups["id"].Value));
        return anchors;
    }

    /// <summary>Returns null for a path that leaves the repository.</summary>
    private static string? Resolve(string from, string link)
    {
        List<string> parts = link.StartsWith('/') ? [] : [.. from.Split('/')[..^1]];
        foreach (string part in link.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"^ {0,3}(```+|~~~+).*?^ {0,3}\1[`~]*\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"(`+)[^`\n].*?\1")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(\s*<?(?<to>[^)\s>]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ {0,3}\[[^\]]+\]:\s*<?(?<to>[^\s>]+)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9+.\-]*:|//)")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^ {0,3}#{1,6}\s+(?<title>.*?)\s*#*\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"<a\s+(id|name)=""(?<id>[^""]+)""")]
    private static partial Regex Explicit();
}
