using System.Buffers.Text;
using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>Takes the label or target of the next row.</summary>
internal delegate void LabelAction(ReadOnlySpan<byte> text, TextLines lines);

/// <summary>Reads the lines of a text as bytes, without their ends; memory is bounded by the longest line.</summary>
internal sealed class TextLines(Stream plain, DataSource file)
{
    private const int LineLimitBytes = 1 << 26;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _hasEnded;

    /// <summary>Number of the line read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line with anything but blanks in it; valid until the next call. False at the end of the text.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            if (Number == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            line = line.TrimEnd((byte)'\r');
            if (line.ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The error for something wrong in the line read last.</summary>
    public InvalidDataException Fault(string problem) => file.Fault($"line {Number}", problem);

    /// <summary>The finite number written as <paramref name="text"/>; the other arguments name it in errors.</summary>
    public double ParseNumber(ReadOnlySpan<byte> text, string what, int index) =>
        Utf8Parser.TryParse(text, out double value, out int used) && used == text.Length && float.IsFinite((float)value)
            ? value
            : throw Fault($"{what} {index} is '{Encoding.UTF8.GetString(text)}'; expected a finite number");

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan((_start + scanned).._end).IndexOf((byte)'\n');
            if (length >= 0 || _hasEnded)
            {
                length = length >= 0 ? scanned + length : _end - _start;
                line = _buffer.AsSpan(_start, length);
                bool isLine = _start < _end;
                _start = Math.Min(_end, _start + length + 1);
                Number += isLine ? 1 : 0;
                return isLine;
            }

            scanned = _end - _start;
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == LineLimitBytes)
        {
            throw file.Fault($"line {Number + 1}", $"the line is longer than {LineLimitBytes} bytes; expected text");
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(LineLimitBytes, 2 * _buffer.Length));
        }

        int read = plain.Read(_buffer.AsSpan(_end));
        _end += read;
        _hasEnded = read == 0;
    }
}
