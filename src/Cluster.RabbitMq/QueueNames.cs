using System.Text;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Which of a participant's two mailboxes.</summary>
internal enum MailboxKind
{
    /// <summary>For what participants say to each other.</summary>
    Data,

    /// <summary>For what engines say to each other, and lifecycle notices.</summary>
    Control,
}

/// <summary>Names of a run's queues: <c>prefix.run.worker-3</c>, <c>prefix.run.worker-3.control</c>, <c>prefix.run.dead-letters</c>.</summary>
internal sealed class QueueNames
{
    private const int MaxBytes = 255; // of a queue's name, in AMQP
    private const int MaxEndingBytes = 40; // neighbour-2147483647.control

    private readonly string _start;

    /// <exception cref="ArgumentException">The run's id leaves no room for the rest.</exception>
    public QueueNames(string prefix, string runId)
    {
        _start = $"{prefix}.{runId}.";
        int bytes = Encoding.UTF8.GetByteCount(_start) + MaxEndingBytes;
        if (runId.Length is 0 or > WireLimits.MaxRunIdLength || bytes > MaxBytes)
        {
            throw new ArgumentException(
                $"The run's id '{runId}' is {runId.Length} characters long; with the prefix '{prefix}' it must leave names of queues of at most "
                + $"{MaxBytes} bytes (they would be {bytes}), and be in [1, {WireLimits.MaxRunIdLength}].");
        }
    }

    public string DeadLetters => _start + "dead-letters";

    public string Of(ParticipantId participant, MailboxKind kind) => $"{_start}{participant}{(kind == MailboxKind.Control ? ".control" : "")}";
}
