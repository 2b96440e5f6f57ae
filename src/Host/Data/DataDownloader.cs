using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace ActorFed.Host.Data;

/// <summary>
/// Fetches the files of data sets. A file appears under its name only when its hash is right; until then it grows as
/// <c>NAME.part</c>, from which a later attempt, or a later call, resumes. Wrong bytes are kept as <c>NAME.bad</c>.
/// </summary>
internal sealed class DataDownloader(HttpClient client, DownloadOptions options)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>A client as the downloader needs it: no time limit on the whole, no decompression behind its back.</summary>
    /// <param name="handler">Carries the requests; null for sockets.</param>
    public static HttpClient CreateClient(HttpMessageHandler? handler = null)
    {
        HttpClient client = new(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("actorfed", null));
        return client;
    }

    /// <summary>Makes sure that <paramref name="file"/> lies under <paramref name="root"/>.</summary>
    /// <param name="file">What to fetch.</param>
    /// <param name="root">The data root to write to; made when it is not there.</param>
    /// <param name="progress">Told after every block that arrived.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept for the next one.</param>
    /// <exception cref="DataSetException">No URL delivered the right bytes, or they could not be written.</exception>
    public async Task<DownloadOutcome> FetchAsync(
        DataFile file, string root, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string target = file.Under(root);
        try
        {
            FileState state = file.Check(target).State;
            if (state == FileState.Ok)
            {
                return DownloadOutcome.AlreadyPresent;
            }

            if (file.Urls.IsEmpty)
            {
                throw new DataSetException($"{file.Path} has no direct download. Make it by hand: {file.ByHand}. Then put it at {target}.");
            }

            if (state == FileState.Corrupt)
            {
                File.Move(target, target + ".bad", overwrite: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await FetchFromAnyAsync(file, target, progress, cancellation);
            return state == FileState.Corrupt ? DownloadOutcome.Replaced : DownloadOutcome.Downloaded;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(
                $"{target} could not be written: {e.Message} It needs {file.Stored.Bytes} bytes; "
                + "free some space, or choose another folder with --data DIR. What has arrived is kept as its .part file.", e);
        }
    }

    private async Task FetchFromAnyAsync(DataFile file, string target, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        List<string> failures = [];
        foreach (string url in file.Urls)
        {
            string? failure = await TryUrlAsync(url, file, target, progress, cancellation);
            if (failure is null)
            {
                return;
            }

            failures.Add($"{url}: {failure}");
        }

        throw new DataSetException(
            $"{file.Path} could not be fetched. {string.Join(" ", failures)} Try again later, or put the file at {target} by hand.");
    }

    /// <summary>Returns null when the file is in place, else why this URL is given up.</summary>
    private async Task<string?> TryUrlAsync(
        string url, DataFile file, string target, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string part = target + ".part";
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                bool isResumed = await TransferAsync(url, file, part, progress, cancellation);
                Verify(file, part, target, isResumed);
                Install(file, part, target);
                return null;
            }
            catch (TransferException e) when (e.MayRetry && attempt < options.MaxAttempts)
            {
                await Task.Delay(options.RetryDelay * attempt, options.Time, cancellation);
            }
            catch (TransferException e)
            {
                return e.MayRetry ? $"{e.Message} Given up after {attempt} attempts." : e.Message;
            }
        }
    }

    /// <summary>Brings the part file to the expected length; returns whether it began with bytes of an earlier attempt.</summary>
    private async Task<bool> TransferAsync(
        string url, DataFile file, string partPath, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        await using FileStream part = new(
            partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0); // written in blocks already
        long expected = file.Served.Bytes;
        if (part.Length > expected)
        {
            part.SetLength(0);
        }

        if (part.Length == expected)
        {
            return true;
        }

        // The request and every read share one timer, which is wound up again whenever bytes arrive.
        using CancellationTokenSource stall = new(options.StallTimeout, options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            using HttpResponseMessage response = await SendAsync(url, part.Length, either.Token);
            CheckAnswer(response, part, expected);
            bool isResumed = part.Length > 0;
            part.Position = part.Length;
            await using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            await CopyAsync(body, part, file, progress, stall, either.Token);
            return isResumed;
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TransferException($"The server was silent for {options.StallTimeout.TotalSeconds} s.", mayRetry: true);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string url, long offset, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.AcceptEncoding.ParseAdd("identity"); // a .gz file must arrive as it is
        request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            bool mayRetry = e.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            throw new TransferException($"No answer: {e.Message}.", mayRetry);
        }
    }

    /// <summary>Accepts an answer whose body continues <paramref name="part"/>, which is emptied when the body starts anew.</summary>
    private static void CheckAnswer(HttpResponseMessage response, FileStream part, long expected)
    {
        long offset = part.Length;
        HttpContentHeaders headers = response.Content.Headers;
        bool isResumed = response.StatusCode == HttpStatusCode.PartialContent && headers.ContentRange?.From == offset;
        if (!isResumed && response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.SetLength(0);
            throw new TransferException($"The server would not resume at byte {offset}.", mayRetry: true);
        }

        if (!response.IsSuccessStatusCode)
        {
            bool mayRetry = (int)response.StatusCode >= 500
                || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
            throw new TransferException($"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.", mayRetry);
        }

        long? total = isResumed ? headers.ContentRange!.Length : headers.ContentLength;
        if (total is not null && total != expected)
        {
            throw new TransferException($"The server has a file of {total} bytes; expected are {expected}.", mayRetry: false);
        }

        if (!isResumed)
        {
            part.SetLength(0); // a server may ignore the range that was asked for
        }
    }

    private async Task CopyAsync(
        Stream body, FileStream part, DataFile file, Action<DownloadProgress>? progress,
        CancellationTokenSource stall, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferBytes];
        long begun = options.Time.GetTimestamp();
        long start = part.Length;
        long expected = file.Served.Bytes;
        while (true)
        {
            int read = await ReadAsync(body, buffer, cancellation);
            if (read == 0)
            {
                break;
            }

            if (part.Length + read > expected)
            {
                part.SetLength(0);
                throw new TransferException($"The server sent more than the expected {expected} bytes.", mayRetry: false);
            }

            stall.CancelAfter(options.StallTimeout);
            await part.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            double seconds = options.Time.GetElapsedTime(begun).TotalSeconds;
            progress?.Invoke(new DownloadProgress(file, part.Length, expected, seconds > 0 ? (part.Length - start) / seconds : 0));
        }

        if (part.Length < expected)
        {
            throw new TransferException($"The transfer ended after {part.Length} of {expected} bytes.", mayRetry: true);
        }

        part.Flush(flushToDisk: true);
    }

    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (IOException e)
        {
            throw new TransferException($"The connection broke: {e.Message}", mayRetry: true);
        }
    }

    private static void Verify(DataFile file, string part, string target, bool isResumed)
    {
        Fingerprint actual;
        using (FileStream stream = File.OpenRead(part))
        {
            actual = Fingerprint.Of(stream);
        }

        if (actual == file.Served)
        {
            return;
        }

        if (isResumed)
        {
            File.Delete(part);
            throw new TransferException("What was left of an earlier transfer did not fit.", mayRetry: true);
        }

        File.Move(part, target + ".bad", overwrite: true);
        throw new TransferException(
            $"SHA-256 is {actual.Sha256}, expected is {file.Served.Sha256}: the file was altered or replaced, and is kept as {target}.bad.",
            mayRetry: false);
    }

    private static void Install(DataFile file, string part, string target)
    {
        if (file.IsServedPlain)
        {
            string packed = target + ".packing";
            using (FileStream source = File.OpenRead(part))
            using (FileStream sink = File.Create(packed))
            using (GZipStream gzip = new(sink, CompressionLevel.SmallestSize))
            {
                source.CopyTo(gzip);
            }

            File.Move(packed, target, overwrite: true);
            File.Delete(part);
            return;
        }

        File.Move(part, target, overwrite: true);
    }

    /// <summary>One request failed; the file system is not to blame.</summary>
    private sealed class TransferException(string message, bool mayRetry) : Exception(message)
    {
        public bool MayRetry { get; } = mayRetry;
    }
}
