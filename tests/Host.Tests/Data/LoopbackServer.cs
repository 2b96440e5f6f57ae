using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorFed.Host.Tests.Data;

/// <summary>What the server is asked for.</summary>
/// <param name="Path">The path of the URL.</param>
/// <param name="Offset">First byte of the range asked for; null when the request has none.</param>
internal sealed record Request(string Path, int? Offset);

/// <summary>What the server answers.</summary>
/// <param name="Status">The status line after the version: <c>200 OK</c>.</param>
/// <param name="Body">The body as announced.</param>
internal sealed record Answer(string Status, byte[] Body)
{
    /// <summary>Bytes of the body after which the connection is cut.</summary>
    public int BreakAfter { get; init; } = int.MaxValue;

    /// <summary>Whether the length of the body is announced.</summary>
    public bool HasLength { get; init; } = true;

    /// <summary>A further header line, or empty.</summary>
    public string Header { get; init; } = "";

    /// <summary>All of <paramref name="content"/>, or the rest of it from the offset asked for.</summary>
    public static Answer File(Request request, byte[] content) => request.Offset is int offset
        ? new Answer("206 Partial Content", content[offset..])
        {
            Header = string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {offset}-{content.Length - 1}/{content.Length}\r\n"),
        }
        : new Answer("200 OK", content);
}

/// <summary>A web server on a free loopback port that answers as the test says, one request per connection, and can break off.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Request, Answer> _answer;
    private readonly Task _loop;

    public LoopbackServer(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        BaseUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _loop = ServeAsync();
    }

    public string BaseUrl { get; }

    /// <summary>The requests so far, in order.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            TcpClient connection;
            try
            {
                connection = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // stopped
            }

            using (connection)
            {
                try
                {
                    await AnswerAsync(connection.GetStream());
                }
                catch (IOException)
                {
                    // The client hung up before the end, as it may.
                }
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string path = ((await reader.ReadLineAsync()) ?? throw new InvalidDataException("An empty request.")).Split(' ')[1];
        int? offset = null;
        for (string? line = await reader.ReadLineAsync(); !string.IsNullOrEmpty(line); line = await reader.ReadLineAsync())
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                offset = int.Parse(line["Range: bytes=".Length..^1], CultureInfo.InvariantCulture);
            }
        }

        Request request = new(path, offset);
        Requests.Enqueue(request);
        Answer answer = _answer(request);
        string length = answer.HasLength ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n") : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer.Status}\r\n{length}{answer.Header}Connection: close\r\n\r\n"));
        await stream.WriteAsync(answer.Body.AsMemory(0, Math.Min(answer.BreakAfter, answer.Body.Length)));
    }
}
