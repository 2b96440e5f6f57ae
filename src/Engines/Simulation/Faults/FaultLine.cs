using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Reads one line of a fault plan, word by word; the forms are those that the faults' <c>ToString</c> write.</summary>
internal sealed class FaultLine
{
    private readonly string[] _words;
    private int _next;

    private FaultLine(string line) => _words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The fault that a line describes.</summary>
    /// <exception cref="FormatException">The message names the word, its place and what is allowed there.</exception>
    public static Fault Parse(string line)
    {
        FaultLine words = new(line);
        Fault fault = words.OneOf("at", "message") == "at" ? words.Timed() : words.Message();
        return words._next == words._words.Length ? fault : throw words.Wrong("the end of the line");
    }

    private MessageFault Message()
    {
        (ParticipantId sender, long number) = Name();
        switch (OneOf("lost", "corrupted", "duplicated", "delayed", "poisoned", "lengthened", "replaced", "forged"))
        {
            case "lost":
                return new Loss(sender, number);
            case "corrupted":
                return new Corruption(sender, number);
            case "duplicated":
                return new Duplication(sender, number, Duration("after"));
            case "delayed":
                return new Reordering(sender, number, Duration("by"));
            case "poisoned":
                double value = Number("with");
                return double.IsNaN(value) ? new NanPoison(sender, number, Entry()) : new HugePoison(sender, number, Entry(), value);
            case "lengthened":
                return new LengthPoison(sender, number, Entry());
            case "replaced":
                OneOf("by");
                string word = Take("# and the number of an earlier message of the sender, such as #3");
                return word.StartsWith('#') && TryParseCount(word.AsSpan(1), out long earlier)
                    ? new Replay(sender, number, earlier)
                    : throw WrongLast("# and the number of an earlier message of the sender, such as #3");
            default:
                OneOf("as");
                return new Forgery(sender, number, Participant());
        }
    }

    private TimedFault Timed()
    {
        TimeSpan at = Duration();
        switch (OneOf("crash", "pause", "cut", "slow", "fail", "tear", "flip", "clock"))
        {
            case "crash":
                return Peek() == "node"
                    ? new NodeCrash(at, (int)Count("node", int.MaxValue), Duration("for"))
                    : new Crash(at, Participant(), Duration("for"));
            case "pause":
                return new Pause(at, Participant(), Duration("for"));
            case "cut":
                return Cut(at);
            case "slow":
                OneOf("disk");
                return new SlowDisk(at, Participant(), Duration("by"), Duration("for"));
            case "fail":
                OneOf("write");
                return new FailedWrite(at, Participant());
            case "tear":
                OneOf("write");
                TornWrite torn = new(at, Participant(), (int)Count("after", int.MaxValue));
                OneOf("bytes");
                return torn;
            case "flip":
                long bit = Count("bit");
                OneOf("of");
                return new FlippedBit(at, Participant(), bit);
            default:
                return new ClockSkew(at, Participant(), Duration("ahead"), Number("rate"), DurationOrGood());
        }
    }

    private TimedFault Cut(TimeSpan at) => OneOf("off", "outgoing", "incoming", "links") switch
    {
        "off" => new Partition(at, Group(), Duration("for")),
        "outgoing" => new OneWayPartition(at, Group(), IsOutgoing: true, Duration("for")),
        "incoming" => new OneWayPartition(at, Group(), IsOutgoing: false, Duration("for")),
        _ => new PartialPartition(at, Links(), Duration("for")),
    };

    private (ParticipantId Sender, long Number) Name()
    {
        const string Allowed = "a message, such as worker-2#17 for the 17th that worker-2 sends";
        string[] parts = Take(Allowed).Split('#');
        return parts.Length == 2 && ParticipantId.TryParse(parts[0], out ParticipantId sender) && TryParseCount(parts[1], out long number)
            ? (sender, number)
            : throw WrongLast(Allowed);
    }

    private ParticipantId Participant()
    {
        const string Allowed = "a participant: master, worker-0, neighbour-0 and so on";
        return ParticipantId.TryParse(Take(Allowed), out ParticipantId participant) ? participant : throw WrongLast(Allowed);
    }

    private ImmutableArray<ParticipantId> Group()
    {
        const string Allowed = "participants with commas and no spaces between, such as master,worker-0";
        return [.. Take(Allowed).Split(',').Select(word =>
            ParticipantId.TryParse(word, out ParticipantId participant) ? participant : throw WrongLast(Allowed))];
    }

    private ImmutableArray<Link> Links()
    {
        const string Allowed = "pairs with commas and no spaces between, such as master~worker-0,worker-1~worker-2";
        return [.. Take(Allowed).Split(',').Select(pair => pair.Split('~') is [string first, string second]
            && ParticipantId.TryParse(first, out ParticipantId one) && ParticipantId.TryParse(second, out ParticipantId other)
                ? new Link(one, other)
                : throw WrongLast(Allowed))];
    }

    private long Entry()
    {
        OneOf("at");
        return Count("entry");
    }

    private TimeSpan Duration(string keyword)
    {
        OneOf(keyword);
        return Duration();
    }

    private TimeSpan Duration() =>
        DurationText.TryParse(Take(DurationText.Allowed), out TimeSpan duration) ? duration : throw WrongLast(DurationText.Allowed);

    private TimeSpan? DurationOrGood()
    {
        const string Allowed = $"good, or {DurationText.Allowed}";
        OneOf("for");
        string word = Take(Allowed);
        return word == "good" ? null : DurationText.TryParse(word, out TimeSpan duration) ? duration : throw WrongLast(Allowed);
    }

    private double Number(string keyword)
    {
        const string Allowed = "a number";
        OneOf(keyword);
        return double.TryParse(Take(Allowed), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw WrongLast(Allowed);
    }

    private long Count(string keyword, long max = long.MaxValue)
    {
        string allowed = $"a whole number from 0 to {max}";
        OneOf(keyword);
        return TryParseCount(Take(allowed), out long count) && count <= max ? count : throw WrongLast(allowed);
    }

    private static bool TryParseCount(ReadOnlySpan<char> text, out long count) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private string OneOf(params ReadOnlySpan<string> words)
    {
        string allowed = string.Join(", ", words!);
        string word = Take(allowed);
        return words.Contains(word) ? word : throw WrongLast(allowed);
    }

    private string? Peek() => _next < _words.Length ? _words[_next] : null;

    private string Take(string allowed) => _next < _words.Length ? _words[_next++] : throw Wrong(allowed);

    private FormatException WrongLast(string allowed)
    {
        _next--;
        return Wrong(allowed);
    }

    private FormatException Wrong(string allowed) => new(
        _next < _words.Length
            ? $"word {_next + 1} is '{_words[_next]}'; allowed here: {allowed}"
            : $"the line ends after {_words.Length} words; allowed next: {allowed}");
}
