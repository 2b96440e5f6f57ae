using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>Dotted paths such as <c>adbo.step-lower</c>, whose elements are quoted where a plain word will not do.</summary>
internal static class HoconPath
{
    /// <summary>The path of <paramref name="key"/> inside the section at <paramref name="path"/>; an empty path is the root.</summary>
    public static string Append(string path, string key) =>
        path.Length == 0 ? HoconWriter.WriteKey(key) : $"{path}.{HoconWriter.WriteKey(key)}";

    /// <summary>The path of the elements <paramref name="keys"/>.</summary>
    public static string Join(IEnumerable<string> keys) => string.Join('.', keys.Select(HoconWriter.WriteKey));

    /// <summary>The elements of <paramref name="path"/>; none for an empty path.</summary>
    /// <exception cref="ConfigurationException">The path is not well-formed.</exception>
    public static ImmutableArray<string> Split(string path) =>
        path.Length == 0 ? [] : HoconParser.ParsePath(path, $"path '{path}'");

    /// <summary>
    /// The file that <paramref name="included"/> names when it stands in <paramref name="including"/>, without <c>.</c> and
    /// <c>..</c> where they can be taken out, so that one file has one name.
    /// </summary>
    public static string ResolveFile(string including, string included)
    {
        string combined = Path.Combine(Path.GetDirectoryName(including) ?? "", included).Replace('\\', '/');
        List<string> kept = [];
        foreach (string element in combined.Split('/'))
        {
            if (element == ".." && kept.Count > 0 && kept[^1] is not ("" or ".."))
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (element != "." && (element != "" || kept.Count == 0))
            {
                kept.Add(element);
            }
        }

        return string.Join('/', kept);
    }
}
