using ActorFed.Cluster.Benchmarks;

namespace ActorFed.Engines.Benchmarks;

/// <summary>Measures two ways in turns, so that both meet the same machine, and writes the medians.</summary>
internal static class Turns
{
    private const int Repetitions = 5;

    /// <returns>A row of a table: what, ours, bare, ratio.</returns>
    public static async Task<string> MeasureAsync(TextWriter output, string what, Func<Task<double>> ours, Func<Task<double>> bare)
    {
        List<double> one = [];
        List<double> other = [];
        for (int repetition = 0; repetition <= Repetitions; repetition++)
        {
            (double ofOurs, double ofBare) = (await ours(), await bare());
            output.WriteLine($"{what}: ours {ofOurs:0} /s, bare Akka.NET {ofBare:0} /s{(repetition == 0 ? " (to warm up)" : "")}");
            if (repetition > 0)
            {
                one.Add(ofOurs);
                other.Add(ofBare);
            }
        }

        return Figures.Row(what, Figures.Median(one), Figures.Median(other), Figures.Median(one.Zip(other, (left, right) => left / right)));
    }

    public static void Write(TextWriter output, string ours, IEnumerable<string> rows)
    {
        output.WriteLine();
        output.WriteLine(Figures.Row("messages", $"{ours}, messages/s", "bare Akka.NET, messages/s", "ratio"));
        output.WriteLine("|---|---:|---:|---:|");
        foreach (string row in rows)
        {
            output.WriteLine(row);
        }
    }
}
