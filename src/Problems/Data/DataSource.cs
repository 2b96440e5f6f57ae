using System.IO.Compression;

namespace ActorFed.Problems.Data;

/// <summary>A file to read: where it comes from matters to messages only. The caller opens and closes the stream.</summary>
/// <param name="SetName">The data set it belongs to, as the catalogue calls it.</param>
/// <param name="DisplayName">What error messages call the file.</param>
/// <param name="Content">Its bytes from the current position on, plain or gzip.</param>
public sealed record DataSource(string SetName, string DisplayName, Stream Content)
{
    /// <summary>The plain bytes. Gzip is recognised by its first two bytes, whatever the file is called.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is empty. Reading later throws the same when a compressed file is damaged or incomplete.
    /// </exception>
    public Stream OpenPlain()
    {
        TailStream source = new(Content);
        return source.Head switch
        {
            [] => throw Fault("byte 0", "the file is empty; expected data"),
            [0x1F, 0x8B] => new CheckedGzipStream(source, this),
            _ => source,
        };
    }

    /// <summary>The error for something wrong in this file.</summary>
    /// <param name="place">Line or byte offset, counted in the plain bytes.</param>
    /// <param name="problem">The value found, and what was expected.</param>
    /// <param name="cause">What a reader of the format threw, if it did.</param>
    internal InvalidDataException Fault(string place, string problem, Exception? cause = null) => new(
        $"{DisplayName}, {place}: {problem}. Correct the file; if it belongs to the catalogue, "
        + $"'actorfed data check {SetName}' says whether it is damaged.",
        cause);

    /// <summary>Exactly <paramref name="count"/> bytes; memory grows with what is there, not with what a header claims.</summary>
    internal byte[] ReadBytes(Stream plain, long offset, long count, string what)
    {
        byte[] bytes = new byte[Math.Min(count, 1 << 20)];
        int filled = 0;
        while (filled < count)
        {
            if (filled == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            }

            int read = plain.Read(bytes.AsSpan(filled));
            if (read == 0)
            {
                throw Fault($"byte {offset + filled}", $"the file ends within {what}; expected {count - filled} more bytes");
            }

            filled += read;
        }

        return bytes;
    }

    /// <summary>
    /// Hands on a gzip stream and, at its end, holds the length in the trailer against the bytes read: the decompressor of the
    /// framework takes a file that breaks off for one that ends.
    /// </summary>
    private sealed class CheckedGzipStream(TailStream source, DataSource file) : ForwardStream
    {
        private readonly GZipStream _plain = new(source, CompressionMode.Decompress, leaveOpen: true);
        private long _length;

        public override int Read(Span<byte> buffer)
        {
            int read;
            try
            {
                read = _plain.Read(buffer);
            }
            catch (InvalidDataException cause)
            {
                throw file.Fault($"byte {_length}", "the compressed data are damaged; expected gzip", cause);
            }

            _length += read;
            if (read == 0 && buffer.Length > 0 && source.DrainAndReadTrailer() != (uint)_length)
            {
                throw file.Fault(
                    $"byte {_length}",
                    "the compressed data end before their trailer; expected one complete gzip member and nothing after it");
            }

            return read;
        }

        protected override void Dispose(bool disposing)
        {
            _plain.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>Hands on a stream whose first bytes were looked at, and remembers the last ones.</summary>
    private sealed class TailStream : ForwardStream
    {
        private readonly Stream _source;
        private readonly byte[] _tail = new byte[4];
        private int _headGiven;

        public TailStream(Stream source)
        {
            _source = source;
            byte[] head = new byte[2];
            Head = head[..source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }

        public byte[] Head { get; }

        public override int Read(Span<byte> buffer)
        {
            int read = Math.Min(buffer.Length, Head.Length - _headGiven);
            if (read > 0)
            {
                Head.AsSpan(_headGiven, read).CopyTo(buffer);
                _headGiven += read;
            }
            else
            {
                read = _source.Read(buffer);
            }

            ReadOnlySpan<byte> last = buffer[Math.Max(0, read - _tail.Length)..read];
            _tail.AsSpan(last.Length).CopyTo(_tail);
            last.CopyTo(_tail.AsSpan(_tail.Length - last.Length));
            return read;
        }

        /// <summary>The plain length modulo 2³², which are the last four bytes of a gzip member (RFC 1952, ISIZE).</summary>
        public uint DrainAndReadTrailer()
        {
            byte[] rest = new byte[4096];
            while (Read(rest) > 0)
            {
            }

            return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(_tail);
        }
    }
}
