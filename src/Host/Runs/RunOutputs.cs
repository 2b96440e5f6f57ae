using System.Globalization;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Writes what a run leaves behind at its end: report, result and model.</summary>
internal static class RunOutputs
{
    /// <summary>In the model's metadata: name of the file with the deliveries that led to the model, where they were recorded.</summary>
    public const string DeliveriesKey = "deliveries";

    /// <summary>Writes the files.</summary>
    /// <param name="run">Where to.</param>
    /// <param name="result">The run.</param>
    /// <param name="tensors">Names and shapes of the model's parts; by default the vectors <c>upper</c> (unless there is one level), <c>middle</c> (of three) and <c>lower</c>.</param>
    /// <returns>The line of <c>result.json</c>.</returns>
    /// <exception cref="RunStoreException">A file cannot be written.</exception>
    public static string Write(IOpenRun run, RunResult result, Func<ModelObserved, IReadOnlyList<NamedTensor>>? tensors = null)
    {
        if (result.LastModel is ModelObserved model)
        {
            IReadOnlyList<NamedTensor> parts = tensors?.Invoke(model) ?? Levels(model);
            run.ReplaceFile(StoredFolder.ModelName, stream => SafeTensors.Write(stream, parts, Metadata(result, model)));
        }

        string json = ResultJson.Of(result, run);
        Text(StoredFolder.ReportName, ReportWriter.Html(result));
        Text(StoredFolder.ResultName, json + "\n");
        return json;

        void Text(string name, string text) => run.ReplaceFile(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private static NamedTensor[] Levels(ModelObserved model) =>
    [
        .. model.Upper.Length == 0 ? Array.Empty<NamedTensor>() : [NamedTensor.Vector("upper", model.Upper)],
        .. model.Middle is null ? Array.Empty<NamedTensor>() : [NamedTensor.Vector("middle", model.Middle)],
        NamedTensor.Vector("lower", model.Lower),
    ];

    private static Dictionary<string, string> Metadata(RunResult result, ModelObserved model)
    {
        Dictionary<string, string> metadata = new()
        {
            ["run"] = result.Head.RunId,
            ["algorithm"] = result.Head.Algorithm,
            ["problem"] = result.Head.Problem,
            ["step"] = model.Step.ToString(CultureInfo.InvariantCulture),
            ["seed"] = result.Head.Seed.ToString(CultureInfo.InvariantCulture),
            ["plan-hash"] = result.Head.PlanHash,
            ["build"] = result.Head.Build,
        };
        if (!result.Head.Plugins.IsEmpty)
        {
            metadata.Add("plugins", string.Join("; ", result.Head.Plugins));
        }

        if (result.Head.Deliveries is string deliveries)
        {
            metadata.Add(DeliveriesKey, deliveries);
        }

        return metadata;
    }
}
