using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>BALANCE's threshold: <c>balance-accept.json</c> and files of its format.</summary>
internal sealed class BalanceAcceptVerifier : IVectorVerifier
{
    public string Format => "balance-accept (BALANCE, who is accepted)";

    public bool Recognises(JsonElement file) => BalanceQuestions.CasesHave(file, "kappa", "w_j");

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        VerifiedCase verified = new("accept");
        long number = 0;
        foreach (JsonElement expected in file.Field("cases").EnumerateArray())
        {
            AcceptanceQuestion question = BalanceQuestions.Ask(
                expected.Field("w_i").Vector(), [expected.Field("w_j").Vector()], 1, expected.Number("t") / expected.Number("T"));
            BalanceThreshold threshold = new() { Gamma = expected.Number("gamma"), Kappa = expected.Number("kappa") };
            verified.Compare(number, "distance", expected.Field("distance"), BalanceQuestions.Distances(question));
            verified.Compare(number, "threshold", expected.Field("threshold"), threshold.At(question.Own, question.Progress));
            verified.Compare(number, "accept", expected.Field("accept"), new BalanceAcceptance(threshold, 0.5).Combine(question).Accepted);
            number++;
        }

        return [verified];
    }
}

/// <summary>What BALANCE is compared with: <c>balance-aggregators.json</c> and files of its format.</summary>
internal sealed class BalanceAggregatorsVerifier : IVectorVerifier
{
    public string Format => "balance-aggregators (mean, median, trimmed mean, Krum, UBAR, self-centred clipping)";

    public bool Recognises(JsonElement file) => BalanceQuestions.CasesHave(file, "own", "krum");

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        VerifiedCase verified = new("aggregators");
        long number = 0;
        foreach (JsonElement expected in file.Field("cases").EnumerateArray())
        {
            VerifyCase(verified, number++, expected);
        }

        return [verified];
    }

    private static void VerifyCase(VerifiedCase verified, long number, JsonElement expected)
    {
        FlatVector own = expected.Field("own").Vector();
        FlatVector[] neighbours = expected.Field("neighbors").Vectors();
        JsonElement trimmed = expected.Field("trimmed_mean");
        JsonElement krum = expected.Field("krum");
        JsonElement clipping = expected.Field("self_centered_clipping");
        AcceptanceQuestion question = BalanceQuestions.Ask(own, neighbours, clipping.Number("w_ij"), 0);
        verified.Compare(number, "mean", expected.Field("mean"), Value(new MeanAcceptance(0), question));
        verified.Compare(number, "median", expected.Field("median"), Value(TrimmedMeanAcceptance.Median(0), question));
        verified.Compare(number, "trimmed", trimmed.Field("value"), Value(TrimmedMeanAcceptance.Of(0, trimmed.Count("b")), question));
        double[] scores = KrumScores.Of(neighbours, krum.Count("f"));
        verified.Compare(number, "scores", krum.Field("scores"), scores);
        verified.Compare(number, "selected", krum.Field("selected"), KrumScores.Lowest(scores));
        verified.Compare(number, "krum", krum.Field("value"), Value(new KrumAcceptance(0, krum.Count("f")), question));
        verified.Compare(number, "scclip", clipping.Field("value"), Value(new ClippingAcceptance(clipping.Number("tau"), 0), question));
        VerifyUbar(verified, number, expected.Field("ubar"), question);
    }

    private static void VerifyUbar(VerifiedCase verified, long number, JsonElement expected, AcceptanceQuestion question)
    {
        double[] losses = expected.Field("neighbor_losses").Doubles();
        double ownLoss = expected.Number("own_loss");
        AcceptanceQuestion withLosses = question with
        {
            Loss = vector => vector.Equals(question.Own)
                ? ownLoss
                : losses[question.Candidates.First(candidate => candidate.Values.Equals(vector)).Neighbour],
        };
        UbarAcceptance ubar = new(0, expected.Number("rho"));
        verified.Compare(number, "distances", expected.Field("distances"), BalanceQuestions.Distances(question));
        verified.Compare(number, "stage1", expected.Field("stage1"), [.. ubar.Nearest(withLosses).Select(k => (double)k)]);
        verified.Compare(number, "stage2", expected.Field("stage2"), [.. ubar.LowLosses(withLosses).Select(k => (double)k)]);
        verified.Compare(number, "ubar", expected.Field("stage2_mean"), Value(ubar, withLosses));
    }

    private static ReadOnlySpan<double> Value(IAcceptance acceptance, in AcceptanceQuestion question) =>
        FlatVector.Combine(new Term(1, question.Own), new Term(1, acceptance.Combine(question).Pull)).Span;
}

/// <summary>Rounds of BALANCE on quadratics, one node lying: <c>balance-rounds.json</c> and files of its format.</summary>
internal sealed class BalanceRoundsVerifier : IVectorVerifier
{
    public string Format => "balance-rounds (BALANCE, gradient steps on quadratics)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("byzantine", out _) && file.TryGetProperty("rounds", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        VerifiedCase verified = new("rounds");
        JsonElement settings = file.Field("params");
        BalanceThreshold threshold = new() { Gamma = settings.Number("gamma"), Kappa = settings.Number("kappa") };
        BalanceAcceptance acceptance = new(threshold, settings.Number("alpha"));
        int[][] neighbours = [.. file.Field("neighbors").EnumerateObject().Select(list => Indices(list.Value))];
        int[] liars = Indices(file.Field("byzantine"));
        double[] curvatures = file.Field("a").Doubles();
        FlatVector[] centres = file.Field("c").Vectors();
        FlatVector[] models = file.Field("w0").Vectors();
        foreach (JsonElement round in file.Field("rounds").EnumerateArray())
        {
            long t = round.Count("t");
            FlatVector[] sent = round.Field("half").Vectors();
            FlatVector[] halves = [.. models.Select(
                (w, i) => liars.Contains(i) ? sent[i] : Step(w, centres[i], settings.Number("eta") * curvatures[i]))];
            verified.Compare(t, "half", round.Field("half"), halves.Join());
            models = [.. halves];
            foreach (JsonElement node in round.Field("nodes").EnumerateArray().Where(node => !liars.Contains(node.Count("i"))))
            {
                int i = node.Count("i");
                AcceptanceQuestion question = new(
                    halves[i], [.. neighbours[i].Select(j => new Candidate(j, 1, halves[j]))], t / file.Number("T"), BalanceQuestions.NoLoss);
                verified.Compare(t, "threshold", node.Field("threshold"), threshold.At(halves[i], question.Progress));
                verified.Compare(t, "accepted", node.Field("accepted"), [.. threshold.Accepted(question).Select(k => (double)neighbours[i][k])]);
                double[] distances = BalanceQuestions.Distances(question);
                foreach ((int j, double distance) in neighbours[i].Zip(distances))
                {
                    verified.Compare(t, "distance", node.Field("distance").Field(j.ToString(CultureInfo.InvariantCulture)), distance);
                }

                models[i] = FlatVector.Combine(new Term(1, halves[i]), new Term(1, acceptance.Combine(question).Pull));
                verified.Compare(t, "w_next", node.Field("w_next"), models[i].Span);
            }

            verified.Compare(t, "w", round.Field("w"), models.Join());
        }

        return [verified];
    }

    private static FlatVector Step(FlatVector model, FlatVector centre, double step) =>
        FlatVector.Combine(new Term(1 - step, model), new Term(step, centre));

    private static int[] Indices(JsonElement list) => [.. list.EnumerateArray().Select(index => index.GetInt32())];
}

/// <summary>Questions that BALANCE's vector files ask.</summary>
internal static class BalanceQuestions
{
    public static bool CasesHave(JsonElement file, params string[] fields) =>
        file.TryGetProperty("cases", out JsonElement cases) && cases.ValueKind == JsonValueKind.Array && cases.GetArrayLength() > 0
        && cases.EnumerateArray().All(c => fields.All(field => c.ValueKind == JsonValueKind.Object && c.TryGetProperty(field, out _)));

    public static AcceptanceQuestion Ask(FlatVector own, FlatVector[] neighbours, double weight, double progress) =>
        new(own, [.. neighbours.Select((values, j) => new Candidate(j, weight, values))], progress, NoLoss);

    public static double[] Distances(AcceptanceQuestion question) =>
        [.. question.Candidates.Select(candidate => Math.Sqrt(VectorMath.SquaredDistance(question.Own.Span, candidate.Values.Span)))];

    public static double NoLoss(FlatVector vector) => throw new NotSupportedException("The file has no losses.");
}
