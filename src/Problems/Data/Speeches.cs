using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>Who speaks in a text that is laid out as a play: a line that is the first, or follows an empty one, and ends in a colon names who speaks from there on.</summary>
internal sealed class Speeches
{
    private const byte LineEnd = (byte)'\n';
    private readonly int[] _speechOf; // of each character; −1 before the first
    private readonly List<int> _speakers = [];

    /// <summary>Reads a text of single bytes.</summary>
    public Speeches(ReadOnlySpan<byte> text)
    {
        _speechOf = new int[text.Length];
        Dictionary<string, int> numbers = [];
        bool isAfterEmptyLine = true;
        for (int start = 0; start < text.Length;)
        {
            int length = text[start..].IndexOf(LineEnd) is >= 0 and int found ? found : text.Length - start;
            ReadOnlySpan<byte> line = text.Slice(start, length);
            if (isAfterEmptyLine && line.Length > 1 && line[^1] == (byte)':')
            {
                string name = Encoding.Latin1.GetString(line[..^1]);
                numbers.TryAdd(name, numbers.Count);
                _speakers.Add(numbers[name]);
            }

            int end = Math.Min(start + length + 1, text.Length);
            _speechOf.AsSpan(start..end).Fill(_speakers.Count - 1);
            isAfterEmptyLine = line.IsEmpty;
            start = end;
        }
    }

    /// <summary>Whether anyone speaks.</summary>
    public bool Any => _speakers.Count > 0;

    /// <summary>The number of who says all characters from one to another, both among them; −1 where they are of several speeches, or nobody's.</summary>
    public int SpeakerOf(int first, int last) => _speechOf[first] >= 0 && _speechOf[first] == _speechOf[last] ? _speakers[_speechOf[first]] : -1;
}
