using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>The end of a run as one line of JSON: what <c>--json</c> prints and <c>result.json</c> holds.</summary>
internal static class ResultJson
{
    /// <summary>One JSON object without line ends; a number that was never measured or is not finite is null.</summary>
    public static string Of(RunResult result, IStoredRun run) => Of(result, run.Folder is null ? "store" : "folder", run.Folder ?? run.Place);

    private static string Of(RunResult result, string key, string place)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("runId", result.Head.RunId);
            json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(result.Report.Outcome.ToString()));
            json.WriteString("reason", result.Report.Reason);
            json.WriteNumber("steps", result.Record.Steps);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 6));
            json.WriteStartObject("objectives");
            Number(json, "upper", result.Record.Latest(MeasureNames.UpperObjective));
            if (result.Record.Latest(MeasureNames.MiddleObjective) is double middle)
            {
                Number(json, "middle", middle); // only where there are three levels
            }

            Number(json, "lower", result.Record.Latest(MeasureNames.LowerObjective));
            Number(json, "gap", result.Record.Latest(MeasureNames.StationarityGap));
            json.WriteEndObject();
            json.WriteStartObject("metrics");
            foreach (Measure metric in result.TestMetrics)
            {
                Number(json, metric.Name, metric.Value);   // an algorithm's own names stay as they are
            }

            json.WriteEndObject();
            json.WriteNumber("restarts", result.Report.Restarts);
            json.WriteNumber("violations", result.Report.Violations);
            json.WriteNumber("bytesSent", result.Report.BytesSent);
            json.WriteNumber("deliveries", result.Report.Deliveries);
            if (result.Report.TraceHash is ulong trace)
            {
                json.WriteNumber("events", result.Report.Events);
                json.WriteString("traceHash", Display.Hash(trace));
            }

            json.WriteString(key, place);
            json.WriteString("planHash", result.Head.PlanHash);
            json.WriteNumber("seed", result.Head.Seed);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
