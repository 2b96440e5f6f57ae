using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// In synchronous rounds what a neighbour sends of an exchange it sends always: however often it is asked, and rebuilt from whatever
/// snapshot, it decodes to the same bits. As long as no edge was left out.
/// </summary>
public sealed class ResendChecker() : Checker("resends")
{
    private const long Remembered = 256; // rounds

    private readonly Dictionary<long, Dictionary<(ParticipantId, ParticipantId, int), ulong>> _rounds = [];
    private bool _wasLeftOut;
    private long _forgotten;

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (_wasLeftOut || sending.Message is not GraphMessage.VectorsSent sent || sent.At.Round < _forgotten)
        {
            return;
        }

        if (!_rounds.TryGetValue(sent.At.Round, out Dictionary<(ParticipantId, ParticipantId, int), ulong>? round))
        {
            _rounds.Add(sent.At.Round, round = []);
            while (_forgotten < sent.At.Round - Remembered)
            {
                _rounds.Remove(_forgotten++);
            }
        }

        ulong bits = BitsOf(sent);
        (ParticipantId, ParticipantId, int) key = (sending.Sender, sending.Receiver, sent.At.Exchange);
        if (!round.TryAdd(key, bits))
        {
            Checks++;
            if (round[key] != bits)
            {
                throw Broken($"{sending.Sender} sent {sending.Receiver} other vectors of exchange {sent.At} than before; they must be the same, bit for bit.");
            }
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation) =>
        _wasLeftOut |= observation is EdgeObserved { Change: EdgeChange.Closed };

    private static ulong BitsOf(GraphMessage.VectorsSent sent)
    {
        TraceHash hash = new();
        foreach (Packet? packet in sent.Packets)
        {
            if (packet is null)
            {
                hash.Add(-1);
            }
            else
            {
                hash.Add(packet.Decode());
            }
        }

        return hash.Value;
    }
}
