using System.IO.Compression;
using ActorFed.Host.Data;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed class DataDownloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.At("toy/toy.bin");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetches_a_file_and_reports_its_progress()
    {
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));
        List<DownloadProgress> reports = [];

        DownloadOutcome outcome = await FetchAsync(Samples.File(server.BaseUrl + "toy.bin"), reports.Add);

        Assert.Equal(DownloadOutcome.Downloaded, outcome);
        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal(["toy.bin"], FilesBesideTarget());
        Assert.Equal(Samples.Bytes.Length, reports[^1].Bytes);
        Assert.Equal(Samples.Bytes.Length, reports[^1].TotalBytes);
        Assert.Equal(reports.OrderBy(report => report.Bytes), reports);
    }

    [Fact]
    public async Task Leaves_a_right_file_alone_and_asks_nobody()
    {
        _folder.Write("toy/toy.bin", Samples.Bytes);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        DownloadOutcome outcome = await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(DownloadOutcome.AlreadyPresent, outcome);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Replaces_a_damaged_file_and_keeps_it_aside()
    {
        _folder.Write("toy/toy.bin", [1, 2, 3]);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        DownloadOutcome outcome = await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(DownloadOutcome.Replaced, outcome);
        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target + ".bad"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resumes_after_a_break(bool hasLength)
    {
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes) with
        {
            BreakAfter = request.Offset is null ? 70_000 : int.MaxValue,
            HasLength = hasLength,
        });

        await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal([null, 70_000], server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public async Task Resumes_what_an_earlier_call_left()
    {
        _folder.Write("toy/toy.bin.part", Samples.Bytes[..1000]);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal([1000], server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public async Task Starts_anew_when_what_was_left_does_not_fit()
    {
        _folder.Write("toy/toy.bin.part", new byte[1000]);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal([1000, null], server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public async Task Accepts_a_server_that_ignores_the_range()
    {
        _folder.Write("toy/toy.bin.part", Samples.Bytes[..1000]);
        await using LoopbackServer server = new(_ => new Answer("200 OK", Samples.Bytes));

        await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Starts_anew_when_the_server_refuses_the_range()
    {
        _folder.Write("toy/toy.bin.part", Samples.Bytes[..1000]);
        await using LoopbackServer server = new(request => request.Offset is null
            ? new Answer("200 OK", Samples.Bytes)
            : new Answer("416 Range Not Satisfiable", []));

        await FetchAsync(Samples.File(server.BaseUrl));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal([1000, null], server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public async Task Gives_up_a_transfer_that_always_ends_early_and_keeps_what_came()
    {
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes) with { BreakAfter = 10 });

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl)));

        Assert.Contains("3 attempts", e.Message, StringComparison.Ordinal);
        Assert.Equal([null, 10, 20], server.Requests.Select(request => request.Offset));
        Assert.Equal(Samples.Bytes[..30], File.ReadAllBytes(Target + ".part"));
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Rejects_altered_bytes_with_both_hashes_and_keeps_them_aside()
    {
        byte[] altered = [.. Samples.Bytes];
        altered[^1] ^= 1;
        await using LoopbackServer server = new(request => Answer.File(request, altered));

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl)));

        Assert.Contains(Samples.FingerprintOf(altered).Sha256, e.Message, StringComparison.Ordinal);
        Assert.Contains(Samples.FingerprintOf(Samples.Bytes).Sha256, e.Message, StringComparison.Ordinal);
        Assert.Contains(Target + ".bad", e.Message, StringComparison.Ordinal);
        Assert.Equal(["toy.bin.bad"], FilesBesideTarget());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejects_a_file_of_another_length(bool hasLength)
    {
        await using LoopbackServer server = new(_ => new Answer("200 OK", [.. Samples.Bytes, 0]) { HasLength = hasLength });

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl)));

        Assert.Contains("200003", e.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.False(File.Exists(Target));
    }

    [Theory]
    [InlineData("404 Not Found", 1)]
    [InlineData("403 Forbidden", 1)]
    [InlineData("503 Service Unavailable", 3)]
    [InlineData("429 Too Many Requests", 3)]
    public async Task Tries_the_next_place_after_a_refusal(string status, int requests)
    {
        await using LoopbackServer server = new(request => request.Path == "/first"
            ? new Answer(status, [])
            : Answer.File(request, Samples.Bytes));

        await FetchAsync(Samples.File(server.BaseUrl + "first", server.BaseUrl + "second"));

        Assert.Equal(Samples.Bytes, File.ReadAllBytes(Target));
        Assert.Equal(requests, server.Requests.Count(request => request.Path == "/first"));
    }

    [Fact]
    public async Task Names_every_place_that_failed()
    {
        await using LoopbackServer server = new(_ => new Answer("404 Not Found", []));
        string dead = Samples.DeadUrl();

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl, dead)));

        Assert.Contains(server.BaseUrl, e.Message, StringComparison.Ordinal);
        Assert.Contains("404", e.Message, StringComparison.Ordinal);
        Assert.Contains(dead, e.Message, StringComparison.Ordinal);
        Assert.Contains("by hand", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compresses_what_is_served_plain()
    {
        byte[] packed = Samples.Gzip(Samples.Bytes, CompressionLevel.Fastest);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));
        DataFile file = new()
        {
            Path = "toy/toy.gz",
            Stored = Samples.FingerprintOf(packed),
            Content = Samples.FingerprintOf(Samples.Bytes),
            Urls = [server.BaseUrl],
            IsServedPlain = true,
        };

        await FetchAsync(file);

        Assert.Equal(FileState.Ok, file.Check(_folder.At("toy/toy.gz")).State);
        Assert.Equal(["toy.gz"], FilesBesideTarget());
    }

    [Fact]
    public async Task Says_how_to_make_a_file_that_nobody_serves()
    {
        DataFile file = Samples.File() with { ByHand = "unpack it" };

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(file));

        Assert.Contains("unpack it", e.Message, StringComparison.Ordinal);
        Assert.Contains(Target, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_a_silent_server()
    {
        ManualTime time = new();
        using SilentServer silent = new(time);
        DataDownloader downloader = Samples.Downloader(silent, time);

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(
            () => downloader.FetchAsync(Samples.File("http://silent.invalid/"), _folder.Path, null, default));

        Assert.Contains("silent for 30 s", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, silent.Requests);
    }

    [Fact]
    public async Task Stops_when_cancelled_and_keeps_what_came()
    {
        using CancellationTokenSource cancellation = new();
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Samples.Downloader().FetchAsync(
            Samples.File(server.BaseUrl), _folder.Path, _ => cancellation.Cancel(), cancellation.Token));

        byte[] part = File.ReadAllBytes(Target + ".part");
        Assert.NotEmpty(part);
        Assert.Equal(Samples.Bytes[..part.Length], part);
    }

    [Fact]
    public async Task Names_a_folder_that_cannot_be_written()
    {
        _folder.Write("toy", [0]); // a file where a folder must be
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl)));

        Assert.Contains(Target, e.Message, StringComparison.Ordinal);
        Assert.Contains("--data DIR", e.Message, StringComparison.Ordinal);
    }

    [FactWithFile("/dev/full")]
    public async Task Names_a_full_disk()
    {
        Directory.CreateDirectory(_folder.At("toy"));
        File.CreateSymbolicLink(Target + ".part", "/dev/full"); // every write to it fails for want of space
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        DataSetException e = await Assert.ThrowsAsync<DataSetException>(() => FetchAsync(Samples.File(server.BaseUrl)));

        Assert.Contains("free some space", e.Message, StringComparison.Ordinal);
        Assert.Contains("200003 bytes", e.Message, StringComparison.Ordinal);
    }

    private Task<DownloadOutcome> FetchAsync(DataFile file, Action<DownloadProgress>? progress = null) =>
        Samples.Downloader().FetchAsync(file, _folder.Path, progress, default);

    private IEnumerable<string?> FilesBesideTarget() => Directory.GetFiles(_folder.At("toy")).Select(Path.GetFileName);

    /// <summary>A clock that moves when told to.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<ManualTimer> _timers = [];

        /// <summary>Lets every running timer elapse.</summary>
        public void Elapse()
        {
            foreach (ManualTimer timer in _timers.ToArray())
            {
                timer.Elapse();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.Zero)
            {
                callback(state);
            }

            ManualTimer timer = new(() => callback(state), dueTime > TimeSpan.Zero);
            _timers.Add(timer);
            return timer;
        }

        private sealed class ManualTimer(Action callback, bool isRunning) : ITimer
        {
            private bool _isRunning = isRunning;

            public void Elapse()
            {
                if (_isRunning)
                {
                    _isRunning = false;
                    callback();
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                _isRunning = dueTime > TimeSpan.Zero;
                return true;
            }

            public void Dispose() => _isRunning = false;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Never answers; the time passes while it is waited for.</summary>
    private sealed class SilentServer(ManualTime time) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            TaskCompletionSource<HttpResponseMessage> never = new();
            await using CancellationTokenRegistration registration =
                cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            time.Elapse();
            return await never.Task;
        }
    }
}
