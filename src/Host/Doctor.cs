using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host;

/// <summary><c>actorfed doctor</c>: is this machine fit for a run, and if not, what to do.</summary>
/// <param name="locator">Where data sets lie.</param>
/// <param name="openStore">Opens the run store.</param>
/// <param name="findBroker">Finds the broker; null where none is named.</param>
/// <param name="output">Where the findings go.</param>
/// <param name="isJson">Whether they end with one JSON object.</param>
internal sealed class Doctor(DataLocator locator, Func<IRunStore> openStore, Func<MessageBroker?> findBroker, TextWriter output, bool isJson)
{
    private const long FewBytes = 1L << 30;

    private enum Verdict
    {
        Ok,
        Note,
        Bad,
    }

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        Finding[] findings = [Runtime(), Processors(), Memory(), Runs(), DataSets(), .. await BrokerAsync(cancellation)];
        bool isFit = findings.All(finding => finding.Verdict != Verdict.Bad);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { isFit, findings = findings.Select(f => new { f.Subject, verdict = Text(f.Verdict), f.Words }) }, JsonSerializerOptions.Web));
        }
        else
        {
            foreach (Finding finding in findings)
            {
                output.WriteLine($"{Text(finding.Verdict),-5}{finding.Subject,-12}{finding.Words}");
            }
        }

        return isFit ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static string Text(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static Finding Runtime() => new("runtime", Verdict.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");

    private static Finding Processors()
    {
        string width = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        return Vector<byte>.Count >= 16 && Vector128.IsHardwareAccelerated
            ? new("processors", Verdict.Ok, $"{Environment.ProcessorCount}, vectors of {width} bits")
            : new("processors", Verdict.Note, $"{Environment.ProcessorCount}, without vector instructions: runs will be slow");
    }

    private static Finding Memory()
    {
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string text = string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)FewBytes:0.0} GiB available to this process");
        return bytes >= FewBytes
            ? new("memory", Verdict.Ok, text)
            : new("memory", Verdict.Note, $"{text}: the MNIST experiment needs up to 1 GiB; use fewer rows (data.sharding.train-rows)");
    }

    private Finding Runs()
    {
        try
        {
            using IRunStore store = openStore();
            return store is FolderRunStore ? RunFolders() : new("runs", Verdict.Ok, $"kept in {store.Place}, which answers");
        }
        catch (Exception failure) when (failure is RunStoreException or ConfigurationException)
        {
            return new("runs", Verdict.Bad, failure.Message);
        }
    }

    /// <summary>Nothing where no broker is named: only clusters and engine.kind = rabbitmq need one.</summary>
    private async Task<IEnumerable<Finding>> BrokerAsync(CancellationToken cancellation)
    {
        const string Subject = "broker";
        try
        {
            return findBroker() is { } broker
                ? [new(Subject, Verdict.Ok, $"{broker.Address}: RabbitMQ {await broker.CheckAsync(cancellation)}, which answers and makes quorum queues")]
                : [];
        }
        catch (Exception failure) when (failure is BrokerException or ConfigurationException)
        {
            return [new(Subject, Verdict.Bad, failure.Message)];
        }
    }

    private static Finding RunFolders()
    {
        string folder = Path.GetFullPath("runs");
        string probe = Path.Combine(Directory.Exists(folder) ? folder : Directory.GetCurrentDirectory(), $".actorfed-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new("runs", Verdict.Ok, $"{folder} can be written");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new("runs", Verdict.Bad, $"{folder} cannot be written ({failure.Message}): run elsewhere, or set run.folder");
        }
    }

    private Finding DataSets()
    {
        DataRoot[] absent = [.. locator.Roots.Where(root => !Directory.Exists(root.Path) && root.Origin != DataLocator.CacheOrigin)];
        if (absent.Length > 0)
        {
            return new("data", Verdict.Bad, $"{absent[0].Path}, named by {absent[0].Origin}, does not exist: correct the name, or leave it out");
        }

        string[] present = [.. DataCatalog.Sets.Where(set => !set.IsGenerated && set.Files.All(file => locator.TryFind(file) is not null)).Select(set => set.Name)];
        return present.Length > 0
            ? new("data", Verdict.Ok, $"{string.Join(", ", present)} at hand; generated sets always are")
            : new("data", Verdict.Note, "only generated sets are at hand; fetch others with 'actorfed data get mnist' or pass --data DIR");
    }

    private sealed record Finding(string Subject, Verdict Verdict, string Words);
}
