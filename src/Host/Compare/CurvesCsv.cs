using System.Globalization;
using System.Text;

namespace ActorFed.Host.Compare;

/// <summary>Writes <c>curves.csv</c>: one row per moment at which a run was measured, one column per number.</summary>
internal static class CurvesCsv
{
    /// <summary>The table; a field is empty where a number was not measured.</summary>
    public static string Of(Comparison comparison)
    {
        string[] names = [.. comparison.AllNames];
        StringBuilder csv = new();
        csv.AppendJoin(',', ["experiment", "seed", "outcome", "step", "virtual-seconds", "payload-bytes", "oracle-calls", .. names]).Append('\n');
        for (int i = 0; i < comparison.Runs.Length; i++)
        {
            foreach (ComparedRun run in comparison.Runs[i])
            {
                foreach (CurveRow row in run.Rows)
                {
                    csv.Append(CultureInfo.InvariantCulture, $"{comparison.Plan.Experiments[i].Label},{run.Seed},{SummaryJson.Word(run.Outcome)},{row.At.Step},");
                    csv.Append(CultureInfo.InvariantCulture, $"{row.At.Seconds:0.#######},{row.At.Bytes},{row.At.Calls}");
                    foreach (string name in names)
                    {
                        csv.Append(',').Append(Field(row.Find(name)));
                    }

                    csv.Append('\n');
                }
            }
        }

        return csv.ToString();
    }

    // As in metrics.csv, which data frames read.
    private static string Field(double? value) => value switch
    {
        null => "",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
    };
}
