using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Host.Cluster;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;

namespace ActorFed.Host;

/// <summary><c>actorfed list</c>: what can stand in an experiment, one line each.</summary>
internal static class ListCommand
{
    /// <summary>The catalogues, in the order of printing.</summary>
    public static ImmutableArray<string> Catalogues { get; } = ["algorithms", "problems", "data", "policies", "engines", "oracles", "keys"];

    public static int Run(string? what, Catalogue catalogue, bool isJson, TextWriter output)
    {
        // Every key of the reference is long: it is listed when asked for.
        Dictionary<string, Entry[]> catalogues = (what is null ? Catalogues.Where(name => name != "keys") : [what])
            .ToDictionary(name => name, name => Entries(name, catalogue));
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(catalogues, JsonSerializerOptions.Web));
            return ExitCodes.Success;
        }

        foreach ((string name, Entry[] entries) in catalogues)
        {
            output.WriteLine($"{char.ToUpperInvariant(name[0])}{name[1..]}");
            int width = entries.Max(entry => entry.Name.Length);
            foreach (Entry entry in entries)
            {
                output.WriteLine($"  {entry.Name.PadRight(width)}  {entry.Summary}");
            }

            output.WriteLine();
        }

        return ExitCodes.Success;
    }

    private static Entry[] Entries(string name, Catalogue catalogue) => name switch
    {
        "algorithms" => [.. catalogue.Algorithms.Select(a => new Entry(a.Name, a.Summary))],
        "problems" => [.. catalogue.Problems.Select(p => new Entry(p.Name, p.Summary))],
        "data" => [.. DataCatalog.Sets.Select(set => new Entry(set.Name, $"{set.Description} ({set.Shape})"))],
        "policies" =>
        [
            new("synchronous", "every live worker in every step, or a cohort that is drawn for it"),
            new("asynchronous", "at least min-active workers in a step, none left out for staleness-bound steps"),
            new("buffered", "buffer reports in a step, and concurrency workers under way; nobody is waited for"),
        ],
        "engines" =>
        [
            new("in-process", "every participant an actor on the thread pool of this process"),
            new("simulation", "all participants on one thread, in virtual time and with faults that a seed draws"),
            new("rabbitmq", "every participant an actor of this process, its mailbox a queue of a RabbitMQ broker"),
            new("akka", AkkaSupport.IsBuiltIn
                ? "every participant an actor of Akka.NET in this process; also carries clusters, node.engine = akka"
                : $"not built in: {AkkaSupport.WayOut}"),
        ],
        "oracles" =>
        [
            new("managed", "computed by this program, on every processor"),
            .. TorchBackend.IsBuiltIn ? [new Entry("torch", "computed by libtorch through TorchSharp, on processors or with CUDA")] : Array.Empty<Entry>(),
        ],
        _ => [.. ConfigurationLoader.DescribeKeys(ConfigurationSources.ReadReference(), catalogue.Defaults.AsSpan()).Select(key => new Entry(
            $"{key.Path} = {key.Default}", key.Documentation))],
    };

    private sealed record Entry(string Name, string Summary);
}
