using System.Text.Json;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Problems;

namespace ActorFed.Host.Verify;

/// <summary>ADBO's paper profile on quadratics: <c>adbo-quadratic.json</c> and files of its format.</summary>
internal sealed class AdboPaperVerifier : IVectorVerifier
{
    public string Format => "adbo-quadratic (ADBO, profile paper, quadratic levels)";

    public bool Recognises(JsonElement file) =>
        file.TryGetProperty("cases", out JsonElement cases) && cases.ValueKind == JsonValueKind.Array
        && cases.EnumerateArray().All(c => c.TryGetProperty("config", out JsonElement config) && config.TryGetProperty("eta_yl", out _));

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => file.Field("cases").EnumerateArray().Select(VerifyCase);

    private static VerifiedCase VerifyCase(JsonElement file)
    {
        VerifiedCase verified = new(file.Field("name").GetString()!);
        AdboOptions options = ReadOptions(file.Field("config"));
        JsonElement init = file.Field("init");
        FlatVector[] uppers = init.Field("x").Vectors();
        FlatVector v = init.Field("v").Vector();
        AdboMasterRule rule = new(options, new AdboStartingPoint
        {
            Upper = v,
            Lower = init.Field("z").Vector(),
            Uppers = [.. uppers],
            Lowers = [.. init.Field("y").Vectors()],
            ConsensusDuals = [.. uppers.Select(_ => FlatVector.Zeros(v.Length))],
        });
        QuadraticProblem problem = new([.. file.Field("workers").EnumerateArray().Select(ReadWorker)]);
        IBilevelOracle[] oracles = [.. Enumerable.Range(0, problem.ShardCount).Select(problem.CreateOracle)];
        RecordingRule recording = new(rule, () => rule.Planes, () => [rule.Upper, rule.Lower, .. rule.Lowers]);
        ScriptedStar star = new(
            recording,
            [.. oracles.Select(oracle => new AdboWorkerRule(options, oracle))],
            file.Field("schedule").GetArrayLength(),
            report => report is AdboBody.Stepped);
        star.Play(file, () => rule.StepsMade, (t, expected) => CompareStep(verified, t, expected, rule, recording, oracles));
        return verified;
    }

    private static void CompareStep(
        VerifiedCase verified, long t, JsonElement expected, AdboMasterRule rule, RecordingRule recording, IBilevelOracle[] oracles)
    {
        verified.Compare(t, "x", expected.Field("x"), rule.Uppers.Join());
        verified.Compare(t, "y", expected.Field("y"), rule.Lowers.Join());
        verified.Compare(t, "v", expected.Field("v"), rule.Upper.Span);
        verified.Compare(t, "z", expected.Field("z"), rule.Lower.Span);
        verified.Compare(t, "r", expected.Field("cut_values"), recording.Residuals);
        verified.Compare(t, "lambda", expected.Field("lam"), recording.Duals);
        verified.Compare(t, "theta", expected.Field("theta"), rule.ConsensusDuals.Join());
        if (expected.TryGetProperty("refresh", out JsonElement refresh))
        {
            AdboRefreshResult result = rule.LastRefresh!;
            bool isAdded = !result.Slopes.IsEmpty;
            verified.Compare(t, "dropped", refresh.Field("dropped"), result.Dropped.Length);
            verified.Compare(t, "y_K", refresh.Field("y_K"), result.Lowers.Join());
            verified.Compare(t, "z_K", refresh.Field("z_K"), result.Consensus.Span);
            verified.Compare(t, "h", refresh.Field("h"), result.Violation);
            verified.Compare(t, "added", refresh.Field("added"), isAdded ? 1 : 0);
            verified.Compare(t, "n_cuts", refresh.Field("n_cuts"), rule.Planes.Count);
            if (isAdded)
            {
                verified.Compare(t, "a_i", refresh.Field("a_i"), result.Slopes.Join());
                ComparePlane(verified, t, refresh, rule.Planes.Planes[^1]);
            }
        }

        (FlatVector?, FlatVector)?[] gradients = [.. oracles.Select((oracle, i) => Gradients(oracle, rule.Uppers[i], rule.Lowers[i]))];
        verified.Compare(t, "gap_sq", expected.Field("gap_sq"), AdboGap.Squared(rule, rule.Planes, gradients));
    }

    internal static void ComparePlane(VerifiedCase verified, long t, JsonElement expected, CuttingPlane plane)
    {
        verified.Compare(t, "a", expected.Field("a"), plane.Slopes[AdboMasterRule.UpperBlock].Span);
        verified.Compare(t, "b", expected.Field("b"), plane.Slopes.Skip(AdboMasterRule.FirstWorkerBlock).Join());
        verified.Compare(t, "c", expected.Field("c"), plane.Slopes[AdboMasterRule.LowerBlock].Span);
        verified.Compare(t, "kappa", expected.Field("kappa"), plane.Offset);
    }

    private static (FlatVector?, FlatVector)? Gradients(IBilevelOracle oracle, FlatVector x, FlatVector y)
    {
        double[] upper = new double[x.Length];
        double[] lower = new double[y.Length];
        oracle.UpperLoss(x.Span, y.Span, upper, lower);
        return (FlatVector.CopyOf(upper), FlatVector.CopyOf(lower));
    }

    private static QuadraticWorker ReadWorker(JsonElement worker) => new()
    {
        UpperCurvature = worker.Number("r"),
        UpperCentre = worker.Field("e").Vector(),
        LowerCentre = worker.Field("c").Vector(),
        LowerHessian = worker.Field("H").Vector(),
        Coupling = worker.Field("M").Vector(),
        LowerLinear = worker.Field("d").Vector(),
    };

    private static AdboOptions ReadOptions(JsonElement config) => new()
    {
        StepUpper = config.Number("eta_x"),
        StepLower = config.Number("eta_y"),
        StepUpperConsensus = config.Number("eta_v"),
        StepLowerConsensus = config.Number("eta_z"),
        StepPlaneDual = config.Number("eta_lambda"),
        StepConsensusDual = config.Number("eta_theta"),
        InnerStepLower = config.Number("eta_yl"),
        InnerStepConsensus = config.Number("eta_zl"),
        InnerStepDual = config.Number("eta_phi"),
        InnerPenalty = config.Number("mu"),
        InnerRounds = config.Count("K"),
        Relaxation = config.Number("eps"),
        RefreshEvery = config.Count("k_pre"),
        RefreshUntil = config.Count("T1"),
        InitialPlaneDual = config.Number("lambda_init"),
        DropTolerance = config.Number("tol0"),
        PlaneDualRegularization = config.Number("c1_min"),
        ConsensusDualRegularization = config.Number("c2_min"),
        MeasureGap = false,
    };
}

/// <summary>ADBO's official profile on softmax regression: <c>adbo-official-profile.json</c> and files of its format.</summary>
internal sealed class AdboOfficialVerifier : IVectorVerifier
{
    public string Format => "adbo-official-profile (ADBO, profile official, regularised softmax regression)";

    public bool Recognises(JsonElement file) =>
        file.TryGetProperty("case", out JsonElement c) && c.TryGetProperty("cfg", out JsonElement cfg) && cfg.TryGetProperty("pre", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => [VerifyCase(file.Field("case"))];

    private static VerifiedCase VerifyCase(JsonElement file)
    {
        VerifiedCase verified = new(file.Field("name").GetString()!);
        JsonElement cfg = file.Field("cfg");
        AdboOptions options = ReadOptions(cfg);
        int workers = file.Count("N");
        int shardRows = file.Count("ns");
        double[][] rows = [.. file.Field("X").EnumerateArray().Select(VectorJson.Doubles)];
        int[] labels = [.. file.Field("Y").EnumerateArray().Select(label => label.GetInt32())];
        FlatVector z = file.Field("init").Field("z0").Vector();
        FlatVector v = file.Field("init").Field("v0").Vector();
        AdboMasterRule rule = new(options, new AdboStartingPoint
        {
            Upper = v,
            Lower = z,
            Uppers = [.. Enumerable.Repeat(v, workers)],
            Lowers = [.. Enumerable.Repeat(z, workers)],
            ConsensusDuals = [.. Enumerable.Repeat(v, workers)],
        });
        IEnumerable<IStarWorkerRule> rules = Enumerable.Range(0, workers).Select(i => new AdboWorkerRule(options, new DoubleSoftmaxOracle(
            rows, labels, z.Length / v.Length, new Range(i * shardRows, (i * shardRows) + (shardRows / 2)), new Range((i * shardRows) + (shardRows / 2), (i + 1) * shardRows))));
        RecordingRule recording = new(rule, () => rule.Planes, () => [rule.Upper, rule.Lower, .. rule.Lowers]);
        ScriptedStar star = new(recording, [.. rules], cfg.Count("epochs"), report => report is AdboBody.Stepped);
        DoubleSoftmaxOracle test = new(rows, labels, z.Length / v.Length, default, (workers * shardRows)..rows.Length);
        foreach (JsonElement expected in file.Field("traj").EnumerateArray())
        {
            long k = expected.Count("k");
            star.Step([.. Enumerable.Range(0, workers)]);
            if (k % options.RefreshEvery == 0)
            {
                star.ReleaseAll();
            }

            if (rule.StepsMade != k + 1)
            {
                throw new InvalidDataException($"Case {verified.Name}: step {k} led to {rule.StepsMade} master steps; {k + 1} are due.");
            }

            verified.Compare(k, "x", expected.Field("x_recv"), rule.Uppers.Join());
            verified.Compare(k, "y", expected.Field("y_recv"), rule.Lowers.Join());
            verified.Compare(k, "v", expected.Field("v"), rule.Upper.Span);
            verified.Compare(k, "z", expected.Field("z"), rule.Lower.Span);
            verified.Compare(k, "lambda", expected.Field("lam"), recording.Duals);
            verified.Compare(k, "theta", expected.Field("theta"), rule.ConsensusDuals.Join());
            verified.Compare(k, "test_loss", expected.Field("test_loss"), test.UpperLoss(v.Span, rule.Lower.Span, [], []));
            if (expected.TryGetProperty("cut", out JsonElement cut))
            {
                AdboPaperVerifier.ComparePlane(verified, k, cut, rule.Planes.Planes[^1]);
                verified.Compare(k, "lam_after", cut.Field("lam_after"), rule.Planes.Duals.Span);
            }
        }

        return verified;
    }

    private static AdboOptions ReadOptions(JsonElement cfg) => new()
    {
        Profile = AdboProfile.Official,
        OfficialForm = OfficialForm.Ijcnn1,
        StepUpper = cfg.Number("hp_lr"),
        StepLower = cfg.Number("w_lr"),
        StepUpperConsensus = cfg.Number("v_lr"),
        StepLowerConsensus = cfg.Number("z_lr"),
        StepPlaneDual = cfg.Number("l_lr"),
        StepConsensusDual = cfg.Number("th_lr"),
        InnerStepLower = cfg.Number("w_lr"),
        InnerStepConsensus = cfg.Number("z_lr"),
        InnerStepDual = cfg.Number("phi_lr"),
        InnerPenalty = cfg.Number("mu"),
        InnerRounds = cfg.Count("K"),
        RefreshEvery = cfg.Count("pre"),
        InitialPlaneDual = cfg.Number("l0"),
        PlaneDualRegularization = cfg.Number("c1"),
        ConsensusDualRegularization = cfg.Number("c2"),
        MeasureGap = false,
    };
}
