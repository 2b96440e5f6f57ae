using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Trilevel.Afto;
using ActorFed.Problems;

namespace ActorFed.Host.Verify;

/// <summary>AFTO on quadratics: <c>afto-quadratic.json</c> and files of its format.</summary>
internal sealed class AftoVerifier : IVectorVerifier
{
    public string Format => "afto-quadratic (AFTO, quadratic levels)";

    public bool Recognises(JsonElement file) =>
        file.TryGetProperty("cases", out JsonElement cases) && cases.ValueKind == JsonValueKind.Array
        && cases.EnumerateArray().All(c => c.TryGetProperty("config", out JsonElement config) && config.TryGetProperty("rho2", out _));

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => file.Field("cases").EnumerateArray().Select(VerifyCase);

    private static VerifiedCase VerifyCase(JsonElement file)
    {
        VerifiedCase verified = new(file.Field("name").GetString()!);
        AftoOptions options = ReadOptions(file.Field("config"));
        JsonElement init = file.Field("init");
        FlatVector[] z = init.Field("z").Vectors();
        FlatVector[][] x = [.. init.Field("x").EnumerateArray().Select(VectorJson.Vectors)]; // by worker, then by level
        AftoMasterRule rule = new(options, new AftoStartingPoint
        {
            Upper = z[0],
            Middle = z[1],
            Lower = z[2],
            Uppers = [.. x.Select(levels => levels[0])],
            Middles = [.. x.Select(levels => levels[1])],
            Lowers = [.. x.Select(levels => levels[2])],
        });
        TrilevelQuadraticProblem problem = new([.. file.Field("workers").EnumerateArray().Select(ReadWorker)]);
        ITrilevelOracle[] oracles = [.. Enumerable.Range(0, problem.ShardCount).Select(problem.CreateOracle)];
        RecordingRule recording = new(rule, () => rule.MiddlePlanes, rule.MiddlePoint);
        ScriptedStar star = new(
            recording,
            [.. oracles.Select(oracle => new AftoWorkerRule(options, oracle))],
            file.Field("schedule").GetArrayLength(),
            report => report is AftoBody.Stepped);
        star.Play(file, () => rule.StepsMade, (t, expected) => CompareStep(verified, t, expected, rule, recording, oracles));
        return verified;
    }

    private static void CompareStep(
        VerifiedCase verified, long t, JsonElement expected, AftoMasterRule rule, RecordingRule recording, ITrilevelOracle[] oracles)
    {
        IEnumerable<FlatVector> copies = Enumerable.Range(0, rule.WorkerCount)
            .SelectMany(j => (FlatVector[])[rule.Uppers[j], rule.Middles[j], rule.Lowers[j]]);
        verified.Compare(t, "x", expected.Field("x"), copies.Join());
        verified.Compare(t, "z", expected.Field("z"), ((FlatVector[])[rule.Upper, rule.Middle, rule.Lower]).Join());
        verified.Compare(t, "R", expected.Field("cut_values"), recording.Residuals);
        verified.Compare(t, "lambda", expected.Field("lam"), recording.Duals);
        verified.Compare(t, "theta", expected.Field("theta"), rule.ConsensusDuals.Join());
        if (expected.TryGetProperty("refresh", out JsonElement refresh))
        {
            CompareRefresh(verified, t, refresh, rule);
        }

        AftoBody.UpperGradients[] gradients = [.. oracles.Select((oracle, j) => Gradients(oracle, rule, j))];
        verified.Compare(t, "gap_sq", expected.Field("gap_sq"), AftoGap.Squared(rule, rule.MiddlePlanes, gradients));
    }

    private static void CompareRefresh(VerifiedCase verified, long t, JsonElement expected, AftoMasterRule rule)
    {
        AftoRefreshResult result = rule.LastRefresh!;
        verified.Compare(t, "drop_I", expected.Field("dropped_I"), result.Lower.Dropped.Length);
        verified.Compare(t, "drop_II", expected.Field("dropped_II"), result.Middle.Dropped.Length);
        verified.Compare(t, "n_I", expected.Field("n_I"), rule.LowerPlanes.Count);
        verified.Compare(t, "n_II", expected.Field("n_II"), rule.MiddlePlanes.Count);
        JsonElement lower = expected.Field("I");
        CompareLayer(verified, t, "I.", lower, lower.Field("x3_K"), lower.Field("z3_K"), result.Lower);
        JsonElement middle = expected.Field("II");
        CompareLayer(verified, t, "II.", middle, middle.Field("x2_K"), middle.Field("z2_K"), result.Middle);
        verified.Compare(t, "s_start", middle.Field("s_start"), result.FirstSlacks.Span);
        verified.Compare(t, "s_end", middle.Field("s_end"), result.Slacks.Span);
        verified.Compare(t, "gamma", middle.Field("gamma"), result.LowerDuals.Span);
        if (result.Lower.HasAdded)
        {
            ImmutableArray<FlatVector> slopes = ComparePlane(verified, t, "I.", lower, rule.LowerPlanes);
            verified.Compare(t, "I.b3", lower.Field("b3"), slopes[AftoMasterRule.FirstWorkerBlock..].Join());
        }

        if (result.Middle.HasAdded)
        {
            ImmutableArray<FlatVector> slopes = ComparePlane(verified, t, "II.", middle, rule.MiddlePlanes);
            verified.Compare(t, "II.b2", middle.Field("b2"), slopes[rule.MiddleBlockOf(0)..rule.LowerBlockOf(0)].Join());
            verified.Compare(t, "II.b3", middle.Field("b3"), slopes[rule.LowerBlockOf(0)..].Join());
        }
    }

    private static void CompareLayer(
        VerifiedCase verified, long t, string layer, JsonElement expected, JsonElement locals, JsonElement consensus, AftoLayerResult result)
    {
        verified.Compare(t, layer + "h", expected.Field("h"), result.Violation);
        verified.Compare(t, layer + "mu", expected.Field("mu_term"), result.Margin);
        verified.Compare(t, layer + "x_K", locals, result.Locals.Join());
        verified.Compare(t, layer + "z_K", consensus, result.Consensus.Span);
        verified.Compare(t, layer + "added", expected.Field("added"), result.HasAdded ? 1 : 0);
    }

    private static ImmutableArray<FlatVector> ComparePlane(VerifiedCase verified, long t, string layer, JsonElement expected, Polytope planes)
    {
        CuttingPlane plane = planes.Planes[^1];
        verified.Compare(t, layer + "a1", expected.Field("a1"), plane.Slopes[AftoMasterRule.UpperBlock].Span);
        verified.Compare(t, layer + "a2", expected.Field("a2"), plane.Slopes[AftoMasterRule.MiddleBlock].Span);
        verified.Compare(t, layer + "a3", expected.Field("a3"), plane.Slopes[AftoMasterRule.LowerBlock].Span);
        verified.Compare(t, layer + "rhs", expected.Field("rhs"), -plane.Offset);
        return plane.Slopes;
    }

    private static AftoBody.UpperGradients Gradients(ITrilevelOracle oracle, AftoMasterRule rule, int worker)
    {
        double[] upper = new double[oracle.UpperLength];
        double[] middle = new double[oracle.MiddleLength];
        double[] lower = new double[oracle.LowerLength];
        oracle.UpperLoss(new TrilevelPoint(rule.Uppers[worker], rule.Middles[worker], rule.Lowers[worker]), upper, middle, lower);
        return new AftoBody.UpperGradients(FlatVector.CopyOf(upper), FlatVector.CopyOf(middle), FlatVector.CopyOf(lower));
    }

    private static TrilevelQuadraticWorker ReadWorker(JsonElement worker) => new()
    {
        UpperCurvature = worker.Number("r"),
        UpperCentre = worker.Field("e").Vector(),
        MiddleCentre = worker.Field("c2").Vector(),
        LowerCentre = worker.Field("c3").Vector(),
        MiddleHessian = worker.Field("H2").Vector(),
        MiddleUpper = worker.Field("P1").Vector(),
        MiddleLower = worker.Field("P3").Vector(),
        MiddleLinear = worker.Field("p").Vector(),
        LowerHessian = worker.Field("H3").Vector(),
        LowerUpper = worker.Field("R1").Vector(),
        LowerMiddle = worker.Field("R2").Vector(),
        LowerLinear = worker.Field("q").Vector(),
    };

    private static AftoOptions ReadOptions(JsonElement config)
    {
        double[] x = config.Field("eta_x").Doubles();
        double[] z = config.Field("eta_z").Doubles();
        double[] bounds = config.Field("alpha").Doubles();
        return new AftoOptions
        {
            StepUpper = x[0],
            StepMiddle = x[1],
            StepLower = x[2],
            StepUpperConsensus = z[0],
            StepMiddleConsensus = z[1],
            StepLowerConsensus = z[2],
            StepPlaneDual = config.Number("eta_lambda"),
            StepConsensusDual = config.Number("eta_theta"),
            InnerStep = config.Number("eta_in"),
            InnerStepDual = config.Number("eta_phi"),
            InnerStepSlack = config.Number("eta_s"),
            InnerStepPlaneDual = config.Number("eta_gamma"),
            MiddlePenalty = config.Number("kappa2"),
            LowerPenalty = config.Number("kappa3"),
            PlanePenalty = config.Number("rho2"),
            LowerRounds = config.Count("K_I"),
            MiddleRounds = config.Count("K_II"),
            LowerRelaxation = config.Number("eps_I"),
            MiddleRelaxation = config.Number("eps_II"),
            LowerWeakConvexity = config.Number("mu_I"),
            MiddleWeakConvexity = config.Number("mu_II"),
            UpperBound = bounds[0],
            MiddleBound = bounds[1],
            LowerBound = bounds[2],
            RefreshEvery = config.Count("T_pre"),
            RefreshUntil = config.Count("T1"),
            DropTolerance = config.Number("tol0"),
            PlaneDualRegularization = config.Number("c1_min"),
            ConsensusDualRegularization = config.Number("c2_min"),
            MeasureGap = false,
        };
    }
}
