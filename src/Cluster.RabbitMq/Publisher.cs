using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Who published a frame, as the broker vouches for it, and what they may say.</summary>
/// <param name="User">The user; null where the frame names none.</param>
/// <param name="Options">Whom to believe.</param>
internal readonly record struct Publisher(string? User, RabbitMqOptions Options)
{
    private const string Control = "control.";

    // An edge worker may watch. To end the run, to stop others, or to tell the record what others did or what the model is, is the nodes' to say.
    private const string OpenToEdges = "control.watch-asked.";

    /// <summary>Why a frame of this user is not believed; null when it is.</summary>
    /// <param name="sender">Whose it says it is.</param>
    /// <param name="name">Its wire name.</param>
    public string? ObjectionTo(ParticipantId sender, string name)
    {
        if (!Options.VerifySender || User == Options.User || (User is not null && User == Options.NodeUser))
        {
            return null;
        }

        if (User is null)
        {
            return $"it says that it is of {sender}, and not which user of the broker published it (property user-id), which broker.verify-sender asks for.";
        }

        if (!Options.EdgeUsers.TryGetValue(User, out ImmutableArray<ParticipantId> spokenFor) || !spokenFor.Contains(sender))
        {
            return $"user '{User}' of the broker published it and may not speak for {sender}; broker.edge-users says who may.";
        }

        return name.StartsWith(Control, StringComparison.Ordinal) && !name.StartsWith(OpenToEdges, StringComparison.Ordinal)
            ? $"user '{User}' of the broker, an edge worker's, published it, and only nodes may say that."
            : null;
    }
}
