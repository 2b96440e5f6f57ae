using ActorFed.Algorithms.Core;

namespace ActorFed.Cluster.Akka;

/// <summary>How a process takes part in a cluster of Akka.NET. All nodes need the same cluster's name and the same akka.conf.</summary>
public sealed record AkkaOptions
{
    /// <summary>Name of the cluster: that of its actor systems.</summary>
    public required string Cluster { get; init; }

    /// <summary>Name of this node, for people; null: its address.</summary>
    public string? Name { get; init; }

    /// <summary>Name or address of this machine as the others reach it.</summary>
    public required string Host { get; init; }

    /// <summary>Port at which the others reach it; 0: any.</summary>
    public required int Port { get; init; }

    /// <summary>Address to listen on, where the others reach it by another one, such as behind a relay; null: <see cref="Host"/>.</summary>
    public string? BindHost { get; init; }

    /// <summary>Port to listen on, likewise; null: <see cref="Port"/>.</summary>
    public int? BindPort { get; init; }

    /// <summary>Nodes to join by, each as host:port. The first one begins the cluster where there is none, so it must name itself.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>Which participants may live here.</summary>
    public required IReadOnlyList<Role> Roles { get; init; }

    /// <summary>By what nodes know each other; null: they talk in clear, and anybody who reaches the port can.</summary>
    public AkkaTls? Tls { get; init; }

    /// <summary>Text with keys over those of akka.conf; null: none.</summary>
    public string? Config { get; init; }
}

/// <summary>A run that shall go on.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Participants">Those that nodes host.</param>
public sealed record WantedRun(string Run, IReadOnlyList<ParticipantId> Participants);

/// <summary>A node cannot take part in its cluster, or has fallen out of it; the message says why, and the way out.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What is behind it.</param>
public sealed class AkkaException(string message, Exception? cause = null) : Actors.Membership.CarrierException(message, cause);
