using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>The reference itself, against published vectors: it must not share a mistake with the rules.</summary>
public sealed class ReferenceAftoTests
{
    /// <summary>The file asks for this absolute tolerance.</summary>
    private const double VectorTolerance = 1e-10;

    [Theory]
    [InlineData("scalar-sync")]
    [InlineData("scalar-async-mu")]
    [InlineData("scalar-K2")]
    public void Reproduces_the_published_vectors(string name)
    {
        JsonElement file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "afto-quadratic.json"))).RootElement;
        JsonElement run = file.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        ReferenceAfto reference = Read(run);
        JsonElement[] schedule = [.. run.GetProperty("schedule").EnumerateArray()];
        JsonElement[] iterations = [.. run.GetProperty("iterations").EnumerateArray()];

        for (int t = 0; t < schedule.Length; t++)
        {
            reference.Step([.. schedule[t].EnumerateArray().Select(worker => worker.GetInt32() - 1)]);

            JsonElement expected = iterations[t];
            Compare(expected, "x", reference.X.SelectMany(copies => copies).SelectMany(x => x));
            Compare(expected, "z", reference.Z.SelectMany(z => z));
            Compare(expected, "theta", reference.Theta.SelectMany(theta => theta));
            Compare(expected, "cut_values", reference.Residuals);
            Compare(expected, "gap_sq", [reference.SquaredGap()]);
            if (expected.TryGetProperty("refresh", out JsonElement refresh))
            {
                Compare(refresh, reference);
            }
        }
    }

    private static void Compare(JsonElement expected, ReferenceAfto reference)
    {
        Assert.Equal(expected.GetProperty("n_I").GetInt32(), reference.LowerCuts.Count);
        Assert.Equal(expected.GetProperty("n_II").GetInt32(), reference.MiddleCuts.Count);
        Assert.Equal(expected.GetProperty("dropped_II").GetInt32(), reference.Middle!.Dropped);
        JsonElement lower = expected.GetProperty("I");
        Compare(lower, "h", [reference.Lower!.Violation]);
        Compare(lower, "rhs", [reference.LowerCuts[^1].Rhs]);
        Compare(lower, "a1", reference.LowerCuts[^1].A[0]);
        Compare(lower, "a2", reference.LowerCuts[^1].A[1]);
        JsonElement middle = expected.GetProperty("II");
        Compare(middle, "h", [reference.Middle.Violation]);
        Compare(middle, "rhs", [reference.MiddleCuts[^1].Rhs]);
        Compare(middle, "a1", reference.MiddleCuts[^1].A[0]);
        Compare(middle, "a3", reference.MiddleCuts[^1].A[2]);
        Compare(middle, "b3", reference.MiddleCuts[^1].B3.SelectMany(b => b));
        Compare(middle, "gamma", reference.LowerCuts.Select(cut => cut.Dual));
    }

    private static ReferenceAfto Read(JsonElement run)
    {
        JsonElement config = run.GetProperty("config");
        double Number(string name) => config.GetProperty(name).GetDouble();
        AftoOptions options = AftoSetup.Options with
        {
            StepUpper = 0.1,
            StepMiddle = 0.1,
            StepLower = 0.1,
            StepUpperConsensus = 0.1,
            StepMiddleConsensus = 0.1,
            StepLowerConsensus = 0.1,
            StepPlaneDual = Number("eta_lambda"),
            StepConsensusDual = Number("eta_theta"),
            InnerStep = Number("eta_in"),
            InnerStepDual = Number("eta_phi"),
            InnerStepSlack = Number("eta_s"),
            InnerStepPlaneDual = Number("eta_gamma"),
            MiddlePenalty = Number("kappa2"),
            LowerPenalty = Number("kappa3"),
            PlanePenalty = Number("rho2"),
            LowerRounds = (int)Number("K_I"),
            MiddleRounds = (int)Number("K_II"),
            LowerRelaxation = Number("eps_I"),
            MiddleRelaxation = Number("eps_II"),
            LowerWeakConvexity = Number("mu_I"),
            MiddleWeakConvexity = Number("mu_II"),
            RefreshEvery = (int)Number("T_pre"),
        };
        Assert.All(Numbers(config.GetProperty("eta_x")).Concat(Numbers(config.GetProperty("eta_z"))), step => Assert.Equal(0.1, step));
        JsonElement init = run.GetProperty("init");
        double[] z = Numbers(init.GetProperty("z"));
        double[][] x = [.. init.GetProperty("x").EnumerateArray().Select(Numbers)];
        return new ReferenceAfto(options, [.. run.GetProperty("workers").EnumerateArray().Select(ReadShard)], new AftoStartingPoint
        {
            Upper = FlatVector.Of(z[0]),
            Middle = FlatVector.Of(z[1]),
            Lower = FlatVector.Of(z[2]),
            Uppers = [.. x.Select(copies => FlatVector.Of(copies[0]))],
            Middles = [.. x.Select(copies => FlatVector.Of(copies[1]))],
            Lowers = [.. x.Select(copies => FlatVector.Of(copies[2]))],
        });
    }

    private static TrilevelShard ReadShard(JsonElement worker) => new()
    {
        R = worker.GetProperty("r").GetDouble(),
        E = Numbers(worker.GetProperty("e")),
        C2 = Numbers(worker.GetProperty("c2")),
        C3 = Numbers(worker.GetProperty("c3")),
        MiddleLevel = Level(worker, "H2", "P1", "P3", "p"),
        LowerLevel = Level(worker, "H3", "R1", "R2", "q"),
    };

    private static ShardLevel Level(JsonElement worker, string h, string a, string b, string linear) => new()
    {
        H = [Numbers(worker.GetProperty(h))], // all dimensions are 1
        A = [Numbers(worker.GetProperty(a))],
        B = [Numbers(worker.GetProperty(b))],
        Linear = Numbers(worker.GetProperty(linear)),
    };

    private static void Compare(JsonElement expected, string field, IEnumerable<double> actual)
    {
        double[] numbers = Numbers(expected.GetProperty(field));
        double[] values = [.. actual];
        Assert.Equal(numbers.Length, values.Length);
        for (int k = 0; k < values.Length; k++)
        {
            Assert.Equal(numbers[k], values[k], VectorTolerance);
        }
    }

    private static double[] Numbers(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Numbers)]
        : [element.GetDouble()];
}
