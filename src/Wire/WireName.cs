using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorFed.Wire;

/// <summary>A wire name in its parts: <c>star.work-requested.v1</c> is version 1 of <c>work-requested</c> in the protocol <c>star</c>.</summary>
/// <param name="Protocol">The protocol or algorithm it belongs to, in kebab case.</param>
/// <param name="Kind">What is said, in kebab case.</param>
/// <param name="Version">From 1.</param>
public readonly partial record struct WireName(string Protocol, string Kind, int Version)
{
    /// <summary>The form, in words for errors.</summary>
    internal const string Form = "protocol.what-is-said.v1, in lower case, at most 100 characters long";

    private const int MaxLength = 100;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string text, out WireName name)
    {
        name = default;
        if (text.Length > MaxLength)
        {
            return false;
        }

        Match match = Pattern().Match(text);
        if (!match.Success || !int.TryParse(match.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            return false;
        }

        name = new WireName(match.Groups["protocol"].Value, match.Groups["kind"].Value, version);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol}.{Kind}.v{Version}");

    [GeneratedRegex(@"\A(?<protocol>[a-z][a-z0-9]*(-[a-z0-9]+)*)\.(?<kind>[a-z][a-z0-9]*(-[a-z0-9]+)*)\.v(?<version>[1-9][0-9]*)\z")]
    private static partial Regex Pattern();
}
