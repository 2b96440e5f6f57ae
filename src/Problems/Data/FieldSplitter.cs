namespace ActorFed.Problems.Data;

/// <summary>Splits a line of a table into fields, undoing quotes; reuses its memory from line to line.</summary>
internal sealed class FieldSplitter
{
    private const byte Quote = (byte)'"';

    private readonly byte _separator;
    private readonly TextLines _lines;
    private readonly List<(int Start, int Length)> _fields = [];
    private byte[] _text = [];
    private int _length;

    public FieldSplitter(char separator, TextLines lines)
    {
        if (separator is > '~' or '"' or '\r' or '\n')
        {
            throw new ArgumentException(
                $"The separator is '{separator}'; it must be an ASCII character, no quote and no line end.");
        }

        _separator = (byte)separator;
        _lines = lines;
    }

    /// <summary>Field <paramref name="index"/> of the line split last, without blanks around it and without its quotes.</summary>
    public ReadOnlySpan<byte> this[int index] => _text.AsSpan(_fields[index].Start, _fields[index].Length);

    /// <summary>Splits <paramref name="line"/>; returns the number of fields.</summary>
    public int Split(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        _length = 0;
        if (_text.Length < line.Length)
        {
            _text = new byte[2 * line.Length];
        }

        ReadOnlySpan<byte> rest = TrimStart(line);
        while (true)
        {
            rest = rest is [Quote, ..] ? TakeQuoted(rest[1..]) : TakePlain(rest);
            if (rest.IsEmpty)
            {
                return _fields.Count;
            }

            rest = TrimStart(rest[1..]);
            if (rest.IsEmpty && _separator == (byte)' ')
            {
                return _fields.Count;
            }
        }
    }

    /// <summary>Takes a field up to the separator; returns the rest, which starts with the separator or is empty.</summary>
    private ReadOnlySpan<byte> TakePlain(ReadOnlySpan<byte> rest)
    {
        int end = EndOfField(rest);
        ReadOnlySpan<byte> field = rest[..end];
        field = field[..(field.LastIndexOfAnyExcept((byte)' ', (byte)'\t') + 1)];
        field.CopyTo(_text.AsSpan(_length));
        _fields.Add((_length, field.Length));
        _length += field.Length;
        return rest[end..];
    }

    /// <summary>Takes a field up to its closing quote, a double quote standing for one; returns the rest as above.</summary>
    private ReadOnlySpan<byte> TakeQuoted(ReadOnlySpan<byte> rest)
    {
        int start = _length;
        while (true)
        {
            int quote = rest.IndexOf(Quote);
            if (quote < 0)
            {
                throw _lines.Fault($"the quote of field {_fields.Count + 1} is not closed; expected a quote in the same line");
            }

            int taken = rest[(quote + 1)..] is [Quote, ..] ? quote + 1 : quote;
            rest[..taken].CopyTo(_text.AsSpan(_length));
            _length += taken;
            rest = rest[(taken + 1)..];
            if (taken == quote)
            {
                break;
            }
        }

        _fields.Add((start, _length - start));
        int end = EndOfField(rest);
        return rest[..end].ContainsAnyExcept((byte)' ', (byte)'\t')
            ? throw _lines.Fault($"text after the closing quote of field {_fields.Count}; expected the separator")
            : rest[end..];
    }

    private int EndOfField(ReadOnlySpan<byte> rest)
    {
        int end = _separator == (byte)' ' ? rest.IndexOfAny((byte)' ', (byte)'\t') : rest.IndexOf(_separator);
        return end < 0 ? rest.Length : end;
    }

    private ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text) =>
        _separator == (byte)'\t' ? text.TrimStart((byte)' ') : text.TrimStart(" \t"u8);
}
