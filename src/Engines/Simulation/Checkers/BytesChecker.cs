using ActorFed.Actors;

namespace ActorFed.Engines.Simulation;

/// <summary>The report counts the payload of every message that left, once.</summary>
public sealed class BytesChecker() : Checker("bytes")
{
    private long _bytes;

    /// <inheritdoc/>
    public override void Sent(in Sending sending) => _bytes += sending.Message.PayloadBytes;

    /// <inheritdoc/>
    public override void Ended(RunReport report)
    {
        Checks++;
        if (report.BytesSent != _bytes)
        {
            throw Broken(report, $"the report counts {report.BytesSent} bytes sent; the messages that left carried {_bytes}.");
        }
    }
}
