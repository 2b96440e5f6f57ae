using System.Text.Json;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>The reference itself, against published vectors and finite differences: it must not share a mistake with the rules.</summary>
public sealed class ReferenceAdboTests
{
    /// <summary>The file asks for this absolute tolerance.</summary>
    private const double VectorTolerance = 1e-10;

    [Theory]
    [InlineData("scalar-sync")]
    [InlineData("vector-async")]
    [InlineData("vector-K3")]
    public void Reproduces_the_published_vectors(string name)
    {
        JsonElement file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "adbo-quadratic.json"))).RootElement;
        JsonElement run = file.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        ReferencePaperAdbo reference = Read(run);
        JsonElement[] schedule = [.. run.GetProperty("schedule").EnumerateArray()];
        JsonElement[] iterations = [.. run.GetProperty("iterations").EnumerateArray()];

        for (int t = 0; t < schedule.Length; t++)
        {
            reference.Step([.. schedule[t].EnumerateArray().Select(worker => worker.GetInt32() - 1)]);

            JsonElement expected = iterations[t];
            Compare(Row(expected.GetProperty("v")), reference.V);
            Compare(Row(expected.GetProperty("z")), reference.Z);
            Compare(Rows(expected.GetProperty("x")).SelectMany(x => x), reference.X.SelectMany(x => x));
            Compare(Rows(expected.GetProperty("y")).SelectMany(y => y), reference.Y.SelectMany(y => y));
            Compare(Rows(expected.GetProperty("theta")).SelectMany(theta => theta), reference.Theta.SelectMany(theta => theta));
            Compare([expected.GetProperty("gap_sq").GetDouble()], [reference.SquaredGap()]);
            if (expected.TryGetProperty("refresh", out JsonElement refresh))
            {
                ReferencePlane plane = reference.Planes[^1];
                Assert.Equal(refresh.GetProperty("n_cuts").GetInt32(), reference.Planes.Count);
                Compare([refresh.GetProperty("h").GetDouble(), refresh.GetProperty("kappa").GetDouble()], [reference.Violation, plane.Kappa]);
                Compare(Row(refresh.GetProperty("a")), plane.A);
                Compare(Rows(refresh.GetProperty("b")).SelectMany(b => b), plane.B.SelectMany(b => b));
                Compare(Row(refresh.GetProperty("c")), plane.C);
            }
        }
    }

    [Fact]
    public void Differentiates_the_inner_rounds_as_finite_differences_do()
    {
        const int Rounds = 4;
        const double Shift = 1e-5; // central differences: an error of about Shift² and 1e-16 / Shift
        QuadraticShard shard = QuadraticShard.Draw(1, n: 3, m: 2, s: 0.5)[0];
        AdboOptions options = AdboSetup.PaperOptions;
        ReferencePaperAdbo reference = new(options, [shard], AdboSetup.Start(1, 3, 2));
        SeededRandom random = new(7, "differences");
        double[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
        double[] v = Draw(3);
        double[] y = Draw(2);
        double[][] z = [.. Enumerable.Range(0, Rounds).Select(_ => Draw(2))];
        double[][] phi = [.. Enumerable.Range(0, Rounds).Select(_ => Draw(2))];
        List<double[]> Trace(double[] at)
        {
            List<double[]> trace = [y];
            for (int k = 0; k < Rounds; k++)
            {
                double[] gradient = shard.LowerGradient(at, trace[k]);
                trace.Add([.. trace[k].Select((value, j) =>
                    value - (options.InnerStepLower * (gradient[j] + phi[k][j] + (options.InnerPenalty * (value - z[k][j])))))]);
            }

            return trace;
        }

        double[] slope = reference.Differentiate(0, v, Trace(v), y, followsChain: true);

        for (int j = 0; j < v.Length; j++)
        {
            double Distance(double shift)
            {
                double[] shifted = [.. v];
                shifted[j] += shift;
                return y.Zip(Trace(shifted)[^1], (left, right) => (left - right) * (left - right)).Sum();
            }

            Assert.Equal((Distance(Shift) - Distance(-Shift)) / (2 * Shift), slope[j], 1e-8);
        }
    }

    private static ReferencePaperAdbo Read(JsonElement run)
    {
        JsonElement config = run.GetProperty("config");
        double Number(string name) => config.GetProperty(name).GetDouble();
        AdboOptions options = new()
        {
            StepUpper = Number("eta_x"),
            StepLower = Number("eta_y"),
            StepUpperConsensus = Number("eta_v"),
            StepLowerConsensus = Number("eta_z"),
            StepPlaneDual = Number("eta_lambda"),
            StepConsensusDual = Number("eta_theta"),
            InnerStepLower = Number("eta_yl"),
            InnerStepConsensus = Number("eta_zl"),
            InnerStepDual = Number("eta_phi"),
            InnerPenalty = Number("mu"),
            InnerRounds = config.GetProperty("K").GetInt32(),
            Relaxation = Number("eps"),
            RefreshEvery = config.GetProperty("k_pre").GetInt32(),
            RefreshUntil = config.GetProperty("T1").GetInt64(),
        };
        JsonElement init = run.GetProperty("init");
        FlatVector[] x = [.. Rows(init.GetProperty("x")).Select(row => FlatVector.Of(row))];
        AdboStartingPoint start = new()
        {
            Upper = FlatVector.Of(Row(init.GetProperty("v"))),
            Lower = FlatVector.Of(Row(init.GetProperty("z"))),
            Uppers = [.. x],
            Lowers = [.. Rows(init.GetProperty("y")).Select(row => FlatVector.Of(row))],
            ConsensusDuals = [.. x.Select(row => FlatVector.Zeros(row.Length))],
        };
        return new ReferencePaperAdbo(options, [.. run.GetProperty("workers").EnumerateArray().Select(ReadShard)], start);
    }

    private static QuadraticShard ReadShard(JsonElement worker) => new()
    {
        R = worker.GetProperty("r").GetDouble(),
        E = Row(worker.GetProperty("e")),
        C = Row(worker.GetProperty("c")),
        H = Rows(worker.GetProperty("H")),
        M = Rows(worker.GetProperty("M")),
        D = Row(worker.GetProperty("d")),
    };

    private static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetDouble())];

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static void Compare(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, VectorTolerance));
    }
}
