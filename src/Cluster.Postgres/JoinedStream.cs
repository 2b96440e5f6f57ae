namespace ActorFed.Cluster.Postgres;

/// <summary>Two pieces of memory, one after the other, to be read once: joining them would take the memory of both again.</summary>
internal sealed class JoinedStream(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true; // so that its length is known

    public override bool CanWrite => false;

    public override long Length => (long)first.Length + second.Length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 && value <= Length ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"It must be in [0, {Length}].");
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlyMemory<byte> rest = _position < first.Length ? first[(int)_position..] : second[(int)(_position - first.Length)..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest.Span[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
        // nothing is written
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
