using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>A comparison as JSON: what <c>--json</c> prints and <c>summary.json</c> holds. It says nothing of real time or this machine.</summary>
internal static class SummaryJson
{
    private static readonly (Effort Effort, string Name)[] Efforts =
        [(Effort.Seconds, "virtualSeconds"), (Effort.Steps, "masterSteps"), (Effort.Bytes, "payloadBytes"), (Effort.Calls, "oracleCalls")];

    /// <summary>One object; what is not known, not finite or was not reached is null.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="folder">The folder of its results, or null to leave it out.</param>
    /// <param name="isIndented">Whether it spreads over lines for people; else it is one line.</param>
    public static string Of(Comparison comparison, string? folder, bool isIndented)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = isIndented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("problem", comparison.Plan.Firsts[0].Options.Problem);
            json.WriteBoolean("isInterrupted", comparison.IsInterrupted);
            json.WriteBoolean("stopsAtTarget", comparison.Plan.StopAtTarget);
            Array(json, "seeds", comparison.Plan.Seeds, json.WriteNumberValue);
            Array(json, "experiments", Enumerable.Range(0, comparison.Runs.Length), i => Experiment(json, comparison, i));
            Array(json, "targets", Enumerable.Range(0, comparison.Plan.Targets.Length), target => WriteTarget(json, comparison, target));
            if (folder is not null)
            {
                json.WriteString("folder", folder);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>An outcome as the results write it.</summary>
    public static string Word(ComparedOutcome outcome) => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString());

    private static void Experiment(Utf8JsonWriter json, Comparison comparison, int index)
    {
        ComparedExperiment experiment = comparison.Plan.Experiments[index];
        json.WriteStartObject();
        json.WriteString("label", experiment.Label);
        json.WriteString("file", experiment.File);
        json.WriteString("algorithm", comparison.Plan.Firsts[index].Options.Algorithm);
        Array(json, "settings", experiment.Settings, json.WriteStringValue);
        json.WriteStartObject("atEnd");
        foreach ((Effort effort, string name) in Efforts)
        {
            Spread(json, name, comparison.SpentAtEnd(index, effort));
        }

        json.WriteStartObject("metrics");
        foreach (string name in comparison.CurveNames)
        {
            Spread(json, name, comparison.LastOf(index, name));
        }

        json.WriteEndObject();
        json.WriteEndObject();
        Array(json, "runs", comparison.Runs[index], run => Run(json, comparison, run));
        json.WriteEndObject();
    }

    private static void Run(Utf8JsonWriter json, Comparison comparison, ComparedRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", run.Seed);
        json.WriteString("outcome", Word(run.Outcome));
        json.WriteString("reason", run.Reason);
        Moment(json, run.End);
        if (run.TraceHash is ulong trace)
        {
            json.WriteString("traceHash", Display.Hash(trace));
        }

        json.WriteStartObject("metrics");
        foreach (string name in comparison.CurveNames)
        {
            Number(json, name, run.Last(name));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, Comparison comparison, int index)
    {
        Target target = comparison.Plan.Targets[index];
        json.WriteStartObject();
        json.WriteString("target", target.ToString());
        Array(json, "experiments", Enumerable.Range(0, comparison.Runs.Length), i =>
        {
            TargetResult result = comparison.ResultOf(index, i);
            json.WriteStartObject();
            json.WriteString("label", comparison.Plan.Experiments[i].Label);
            json.WriteNumber("runs", result.Runs);
            json.WriteNumber("reached", result.Reached);
            foreach ((Effort effort, string name) in Efforts)
            {
                Spread(json, name, result.Spent[(int)effort]);
            }

            json.WriteStartObject("ratioToFirst");
            json.WriteNumber("seeds", result.Pairs);
            foreach ((Effort effort, string name) in Efforts)
            {
                Spread(json, name, result.Ratios[(int)effort]);
            }

            json.WriteEndObject();
            Array(json, "seeds", comparison.Runs[i], run =>
            {
                json.WriteStartObject();
                json.WriteNumber("seed", run.Seed);
                json.WriteBoolean("reached", TargetResult.Reach(run, index) is not null);
                if (TargetResult.Reach(run, index) is { } moment)
                {
                    Moment(json, moment);
                }

                json.WriteEndObject();
            });
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void Moment(Utf8JsonWriter json, Moment moment)
    {
        foreach ((Effort effort, string name) in Efforts)
        {
            Number(json, name, moment.Spent(effort));
        }
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }

    private static void Spread(Utf8JsonWriter json, string name, Quartiles? quartiles)
    {
        json.WriteStartObject(name);
        Number(json, "lowerQuartile", quartiles?.Lower);
        Number(json, "median", quartiles?.Median);
        Number(json, "upperQuartile", quartiles?.Upper);
        json.WriteEndObject();
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
