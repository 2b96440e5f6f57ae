using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace ActorFed.Cluster.Akka;

/// <summary>A connection to another node over TLS: payloads with their lengths before them.</summary>
/// <param name="local">This node.</param>
/// <param name="remote">The other one.</param>
/// <param name="client">The connection.</param>
/// <param name="stream">What is encrypted on it.</param>
/// <param name="maxPayload">Largest payload, bytes.</param>
internal sealed class TlsAssociation(Address local, Address remote, TcpClient client, SslStream stream, int maxPayload) : AssociationHandle(local, remote)
{
    private const int LengthBytes = sizeof(int);
    private const int BufferBytes = 64 << 10;
    private static readonly TimeSpan FlushWithin = TimeSpan.FromSeconds(2);

    private readonly Channel<ByteString> _outgoing = Channel.CreateUnbounded<ByteString>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private long _pending; // bytes

    /// <summary>Ends when the connection is closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Begins to carry.</summary>
    public void Begin()
    {
        _writing = WriteAsync();
        _ = ReadAsync();
    }

    /// <summary>Takes a payload, while those on their way leave room for it: the sender keeps it else, and tries again.</summary>
    public override bool Write(ByteString payload)
    {
        if (Interlocked.Read(ref _pending) > 4L * maxPayload || !_outgoing.Writer.TryWrite(payload))
        {
            return false;
        }

        Interlocked.Add(ref _pending, payload.Length);
        return true;
    }

    /// <inheritdoc/>
    [Obsolete("Overrides what Akka.NET calls so.")]
    public override void Disassociate() => _ = CloseAsync();

    /// <summary>Sends what is on its way, for a short while, and closes the connection. Further calls change nothing.</summary>
    public async Task CloseAsync()
    {
        _outgoing.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(FlushWithin)).ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
        client.Dispose();
        _closed.TrySetResult();
    }

    private async Task WriteAsync()
    {
        try
        {
            await using BufferedStream buffered = new(stream, BufferBytes);
            byte[] length = new byte[LengthBytes];
            while (await _outgoing.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_outgoing.Reader.TryRead(out ByteString? payload))
                {
                    BinaryPrimitives.WriteInt32LittleEndian(length, payload.Length);
                    await buffered.WriteAsync(length).ConfigureAwait(false);
                    await buffered.WriteAsync(payload.Memory).ConfigureAwait(false);
                    Interlocked.Add(ref _pending, -payload.Length);
                }

                await buffered.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            _outgoing.Writer.TryComplete(); // the reader finds the connection broken, too, and tells
        }
    }

    private async Task ReadAsync()
    {
        IHandleEventListener? told = null;
        try
        {
            told = await ReadHandlerSource.Task.ConfigureAwait(false);
            await using BufferedStream buffered = new(stream, BufferBytes);
            byte[] head = new byte[LengthBytes];
            while (await buffered.ReadAtLeastAsync(head, LengthBytes, throwOnEndOfStream: false).ConfigureAwait(false) == LengthBytes)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(head);
                if (length < 0 || length > maxPayload)
                {
                    throw new InvalidDataException($"A payload of {length} bytes came, more than the {maxPayload} of maximum-frame-size.");
                }

                byte[] payload = new byte[length];
                await buffered.ReadExactlyAsync(payload).ConfigureAwait(false);
                told.Notify(new InboundPayload(UnsafeByteOperations.UnsafeWrap(payload)));
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            told?.Notify(new UnderlyingTransportError(failure, $"The connection to {RemoteAddress} broke: {failure.Message}"));
        }

        told?.Notify(new Disassociated(DisassociateInfo.Unknown));
        await CloseAsync().ConfigureAwait(false);
    }
}
