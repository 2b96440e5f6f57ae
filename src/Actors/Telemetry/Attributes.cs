using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Names of the attributes that measurements and activities carry.</summary>
public static class Attributes
{
    /// <summary>Id of the run.</summary>
    public const string Run = "actorfed.run.id";

    /// <summary>Role of a participant: <c>master</c>, <c>worker</c> or <c>neighbour</c>.</summary>
    public const string Role = "actorfed.role";

    /// <summary>A participant, such as <c>worker-3</c>.</summary>
    public const string Participant = "actorfed.participant";

    /// <summary>Number of a participant's incarnation.</summary>
    public const string Epoch = "actorfed.epoch";

    /// <summary>How a participant was entered: <c>started</c>, <c>received</c> or <c>timer-elapsed</c>.</summary>
    public const string Entry = "actorfed.entry";

    /// <summary>Who sent: a role, or a participant where each is told apart.</summary>
    public const string Sender = "actorfed.sender";

    /// <summary>To whom: a role, or a participant where each is told apart.</summary>
    public const string Receiver = "actorfed.receiver";

    /// <summary>Type of a message.</summary>
    public const string Message = "actorfed.message";

    /// <summary>Payload bytes of a message.</summary>
    public const string MessageBytes = "actorfed.message.size";

    /// <summary>Name of a timer.</summary>
    public const string Timer = "actorfed.timer";

    /// <summary>Messages that a turn sent.</summary>
    public const string SentMessages = "actorfed.sent.messages";

    /// <summary>Name of a measure.</summary>
    public const string Measure = "actorfed.measure.name";

    /// <summary>Kind of an oracle's query: <c>upper-loss</c>, <c>middle-loss</c>, <c>lower-loss</c> or <c>product</c>.</summary>
    public const string Query = "actorfed.query";

    /// <summary>Whether a participant came to a node (<c>in</c>) or left it (<c>out</c>).</summary>
    public const string Direction = "actorfed.direction";

    /// <summary>Type of the exception that something ended with; absent where it went well.</summary>
    public const string Error = "error.type";

    /// <summary>A role as the value of an attribute.</summary>
    public static string Of(Role role) => role switch
    {
        Algorithms.Core.Role.Master => "master",
        Algorithms.Core.Role.Worker => "worker",
        _ => "neighbour",
    };
}
