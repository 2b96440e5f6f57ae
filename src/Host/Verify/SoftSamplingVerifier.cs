using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>Soft random sampling: <c>soft-random-sampling-draws.json</c> and files of its format. Formulas are compared relatively.</summary>
internal sealed class SoftSamplingVerifier : IVectorVerifier
{
    public string Format => "soft-random-sampling-draws (soft random sampling)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("prng", out _) && file.TryGetProperty("epochs", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => [Draws(file), Formulas(file.Field("formulas"))];

    private static VerifiedCase Draws(JsonElement file)
    {
        VerifiedCase verified = new("draws");
        ulong seed = file.Field("seed").GetUInt64();
        int k = 0;
        foreach (JsonElement output in file.Field("first_outputs").EnumerateArray())
        {
            double[] expected = Halves(ulong.Parse(output.GetString()!, CultureInfo.InvariantCulture));
            verified.Compare(0, "output", JsonSerializer.SerializeToElement(expected), Halves(SplitMix64.Output(seed, (ulong)k++)));
        }

        int rows = file.Count("N");
        RowDraws draws = new(new RowSelection { Rule = SelectionRule.Soft, Rate = file.Number("r") }, seed, rows, []);
        double[] counts = new double[rows];
        foreach (JsonElement epoch in file.Field("epochs").EnumerateArray())
        {
            int e = epoch.Count("epoch");
            draws.Begin(e);
            verified.Compare(e, "indices", epoch.Field("indices"), [.. draws.Rows.ToArray().Select(row => (double)row)]);
            verified.Compare(e, "distinct", epoch.Field("distinct_in_epoch"), draws.Rows.ToArray().Distinct().Count());
            foreach (int row in draws.Rows)
            {
                counts[row]++;
            }

            verified.Compare(e, "so far", epoch.Field("distinct_so_far"), counts.Count(count => count > 0));
        }

        verified.Compare(file.Field("epochs").GetArrayLength(), "counts", file.Field("counts"), counts);
        return verified;
    }

    private static VerifiedCase Formulas(JsonElement cases)
    {
        VerifiedCase verified = new("formulas");
        int number = 0;
        foreach (JsonElement expected in cases.EnumerateArray())
        {
            (int rows, int draws) = (expected.Count("N"), expected.Count("T"));
            verified.Compare(number, "n", expected.Field("n"), (int)(expected.Number("r") * rows));
            verified.CompareRelative(number, "coverage", expected.Field("coverage"), SoftSamplingLaw.Coverage(rows, draws));
            verified.CompareRelative(number, "poisson", expected.Field("coverage_poisson"), SoftSamplingLaw.PoissonCoverage(rows, draws));
            verified.CompareRelative(number, "distinct", expected.Field("expected_distinct"), SoftSamplingLaw.MeanDistinct(rows, draws));
            verified.CompareRelative(number, "variance", expected.Field("var_distinct"), SoftSamplingLaw.VarianceOfDistinct(rows, draws));
            verified.CompareRelative(
                number, "occupancy", expected.Field("occupancy"),
                [.. Enumerable.Range(0, expected.Field("occupancy").GetArrayLength()).Select(times => SoftSamplingLaw.Occupancy(rows, draws, times))]);
            verified.CompareRelative(number, "all", expected.Field("prob_all_covered_poisson"), SoftSamplingLaw.AllCovered(rows, draws));
            verified.CompareRelative(number, "coupon", expected.Field("coupon_draws"), SoftSamplingLaw.DrawsToCoverAll(rows));
            number++;
        }

        return verified;
    }

    /// <summary>64 bits as numbers that a double holds exactly.</summary>
    private static double[] Halves(ulong bits) => [bits >> 32, bits & 0xFFFF_FFFF];
}
