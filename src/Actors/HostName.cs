using System.Net;

namespace ActorFed.Actors;

/// <summary>The name or address of one machine, as it stands in options.</summary>
public static class HostName
{
    /// <summary>What is said of a text that is none.</summary>
    public const string Refusal = "is no name or address of one machine; write the host alone, and no password.";

    /// <summary>Whether a text can be the host alone: no address with user and password, no list.</summary>
    public static bool IsOne(string host) => !host.AsSpan().ContainsAny("@,; ") && !host.Contains("://", StringComparison.Ordinal);

    /// <summary>Whether the host is this machine; the folder of a Unix socket is.</summary>
    public static bool IsLoopback(string host) => host.StartsWith('/')
        || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
