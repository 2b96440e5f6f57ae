using System.Diagnostics;

namespace ActorFed.Cluster.Postgres;

/// <summary>Cuts what is written into pieces.</summary>
/// <param name="store">Stores a piece: its number, from 0, and its bytes, valid during the call.</param>
/// <param name="isPatient">
/// Whether pieces are stored when they are full, as suits a file that is written at once; else also when something has waited for a second.
/// </param>
internal sealed class PieceStream(Action<int, ReadOnlyMemory<byte>> store, bool isPatient = true) : Stream
{
    private const int PieceBytes = 1 << 20;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly MemoryStream _waiting = new();
    private long _storedAt = Stopwatch.GetTimestamp();
    private int _pieces;
    private bool _isDisposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isDisposed;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int room = Math.Min(buffer.Length, PieceBytes - (int)_waiting.Length);
            _waiting.Write(buffer[..room]);
            buffer = buffer[room..];
            if (_waiting.Length == PieceBytes || (!isPatient && Stopwatch.GetElapsedTime(_storedAt) >= MaxWait))
            {
                Flush();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (_waiting.Length > 0)
        {
            store(_pieces, _waiting.GetBuffer().AsMemory(0, (int)_waiting.Length));
            _pieces++;
            _waiting.SetLength(0);
            _storedAt = Stopwatch.GetTimestamp();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Flush();
        }

        base.Dispose(disposing);
    }
}
