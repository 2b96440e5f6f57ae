using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.Akka;

/// <summary>What mailboxes say to each other. These types and no others go through <see cref="EnvelopeSerializer"/>.</summary>
internal interface IEnvelope
{
    /// <summary>Whose mailbox it is for, as sharding names it.</summary>
    string Address { get; }
}

/// <summary>A frame of the wire format, as one block of bytes.</summary>
/// <param name="Address">Whose mailbox it is for.</param>
/// <param name="IsControl">Whether engines speak to each other; else participants do.</param>
/// <param name="Bytes">The frame. Owned by whoever has the envelope; nobody writes into it.</param>
internal sealed record Frame(string Address, bool IsControl, byte[] Bytes) : IEnvelope;

/// <summary>Receiver → sender: a message was handled, or is none and need not come again.</summary>
/// <param name="Address">Mailbox of who sent the message.</param>
/// <param name="Receiver">Who received it.</param>
/// <param name="IsControl">Which of the two kinds it is.</param>
/// <param name="Instance">Instance of who sent it.</param>
/// <param name="Number">Its number.</param>
internal sealed record Acknowledged(string Address, string Receiver, bool IsControl, ulong Instance, long Number) : IEnvelope;

/// <summary>Names of mailboxes: participant and run.</summary>
internal static class MailboxAddress
{
    private const char Separator = '@'; // stands in no participant's name

    /// <summary>The name of a mailbox.</summary>
    public static string Of(string run, ParticipantId participant) => $"{participant}{Separator}{run}";

    /// <summary>Reads what <see cref="Of"/> writes.</summary>
    public static bool TryParse(string address, out string run, out ParticipantId participant)
    {
        int at = address.IndexOf(Separator, StringComparison.Ordinal);
        run = at < 0 ? "" : address[(at + 1)..];
        participant = default;
        return run.Length is > 0 and <= WireLimits.MaxRunIdLength && ParticipantId.TryParse(address[..at], out participant);
    }
}
