using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

/// <summary>Short words for what these tests do all the time.</summary>
internal static class Hocon
{
    /// <summary>Parses and resolves, and gives the canonical text with its lines joined by "; ".</summary>
    public static string Canonical(string text) => Flatten(HoconObject.Parse(text, "x.conf"));

    public static string Canonical(IReadOnlyDictionary<string, string> files, string root)
    {
        ObjectExpression parsed = HoconParser.Parse(files[root], root, files.GetValueOrDefault);
        return Flatten(HoconResolver.Resolve(parsed, _ => null));
    }

    public static string Flatten(HoconObject tree) => HoconWriter.Write(tree).TrimEnd('\n').Replace("\n", "; ");

    public static string ErrorOf(Action action) => Assert.Throws<ConfigurationException>(action).Message;

    public static string ErrorOf(string text) => ErrorOf(() => HoconObject.Parse(text, "x.conf"));
}
