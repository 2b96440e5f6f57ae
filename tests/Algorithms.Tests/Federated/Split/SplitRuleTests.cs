using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Federated.Split.SplitStar;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>What the rules of split learning refuse, and what they keep.</summary>
public sealed class SplitRuleTests
{
    private static readonly LinearSplit Problem = new(Workers, Rows, classes: 2);
    private static readonly FlatVector Part = FlatVector.Zeros(LinearSplit.Width * LinearSplit.Inputs);
    private static readonly SplitBody.Activate Asked = new() { Number = 0, ClientPart = Part };
    private static readonly SplitBody.PullBack AskedBack = new(Numbers(3 * LinearSplit.Width));

    private static readonly SplitBody.QuantizedActivated Good = new()
    {
        Examples = 6,
        Labels = PackedCodes.Of([0, 1, 1], 2),
        Targets = FlatVector.Empty,
        Activations = new QuantizedActivations(3, LinearSplit.Width, 2, Numbers(2 * 2 * 2), PackedCodes.Of([0, 1, 1, 0, 0, 0], 2)),
    };

    [Fact]
    public void The_server_takes_what_its_clients_send() => Assert.Null(Server(Lite).ObjectionTo(Asked, Good));

    public static TheoryData<string, string> BadReports() => new()
    {
        { "no rows", "it has 0 rows of a shard of 6" },
        { "more rows than the batch has", "at most 3." },
        { "more rows than the shard has", "it has 3 rows of a shard of 2" },
        { "other classes", "its targets are of 3 classes, and 0 are numbers; 2 classes are known" },
        { "numbers for labels", "its targets are of 0 classes, and 3 are numbers" },
        { "numbers beside labels", "and 1 are numbers" },
        { "rows that differ", "it has activations of 2 rows, and targets of 3" },
        { "other groups", "in 1 groups" },
        { "other centroids", "6 codes below 4" },
        { "fewer codes", "came as 3 codes" },
        { "another length", "3 rows of 5 activations" },
        { "fewer centroids", "the codebooks has length 7; 8 is needed" },
        { "not a number", "entry 0 of the codebooks is NaN" },
        { "another format", "the codebooks came as Float64; Float32 is set" },
        { "more digits than the format has", "is 0.1, which is no float32" },
        { "raw activations", "RawActivated is not how activations are to come" },
        { "a gradient", "PulledBack does not answer Activate" },
    };

    [Theory, MemberData(nameof(BadReports))]
    public void The_server_refuses_activations_with(string fault, string words)
    {
        QuantizedActivations z = Good.Activations;
        StarBody report = fault switch
        {
            "no rows" => Good with { Labels = PackedCodes.Of([], 2) },
            "more rows than the batch has" => Good with { Labels = PackedCodes.Of([0, 1, 1, 0], 2) },
            "more rows than the shard has" => Good with { Examples = 2 },
            "other classes" => Good with { Labels = PackedCodes.Of([0, 1, 2], 3) },
            "numbers for labels" => Good with { Labels = null, Targets = FlatVector.Zeros(3) },
            "numbers beside labels" => Good with { Targets = FlatVector.Zeros(1) },
            "rows that differ" => Good with { Activations = z with { Rows = 2, Codes = PackedCodes.Of([0, 1, 1, 0], 2) } },
            "other groups" => Good with { Activations = z with { Groups = 1 } },
            "other centroids" => Good with { Activations = z with { Codes = PackedCodes.Of([0, 3, 1, 0, 0, 0], 4) } },
            "fewer codes" => Good with { Activations = z with { Codes = PackedCodes.Of([0, 1, 1], 2) } },
            "another length" => Good with { Activations = z with { Length = 5 } },
            "fewer centroids" => Good with { Activations = z with { Codebooks = Numbers(7) } },
            "not a number" => Good with { Activations = z with { Codebooks = Numbers(8, double.NaN) } },
            "another format" => Good with { Activations = z with { Codebooks = Numbers(8) with { Format = NumberFormat.Float64 } } },
            "more digits than the format has" => Good with { Activations = z with { Codebooks = Numbers(8, 0.1) } },
            "raw activations" => new SplitBody.RawActivated { Examples = 6, Labels = Good.Labels, Targets = FlatVector.Empty, Activations = Numbers(12) },
            _ => new SplitBody.PulledBack { Gradient = Numbers(12), Distortion = 0 },
        };

        Assert.Contains(words, Server(Lite).ObjectionTo(Asked, report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11, 0, 0, "has length 11; 12 is needed")]
    [InlineData(12, double.PositiveInfinity, 0, "all must be finite")]
    [InlineData(12, 0, double.NaN, "the distortion is NaN")]
    [InlineData(12, 0, -1, "the distortion is -1")]
    public void The_server_refuses_gradients_of_another_length_or_size(int length, double first, double distortion, string words)
    {
        SplitBody.PulledBack report = new() { Gradient = Numbers(length, first), Distortion = distortion };

        Assert.Contains(words, Server(Lite).ObjectionTo(AskedBack, report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_refuses_work_that_does_not_fit_what_it_holds()
    {
        SplitWorkerRule client = new(Lite, Problem.CreateClient(0), seed: 1, index: 0);
        SplitBody.WorkerState state = new() { Number = 0, ClientPart = Part };

        Assert.Null(client.ObjectionTo(SplitBody.WorkerState.New, Asked));
        Assert.Null(client.ObjectionTo(state, AskedBack));
        Assert.Contains("no activations were asked", client.ObjectionTo(SplitBody.WorkerState.New, AskedBack), StringComparison.Ordinal);
        Assert.Contains("has length 2; 12 is needed", client.ObjectionTo(state, Asked with { ClientPart = FlatVector.Zeros(2) }), StringComparison.Ordinal);
        Assert.Contains("has length 2; 12 is needed", client.ObjectionTo(state with { ClientPart = FlatVector.Zeros(2) }, AskedBack), StringComparison.Ordinal);
        Assert.Contains("number -1", client.ObjectionTo(state, Asked with { Number = -1 }), StringComparison.Ordinal);
        Assert.Contains("has length 3; 12 is needed", client.ObjectionTo(state, new SplitBody.PullBack(Numbers(3))), StringComparison.Ordinal);
        Assert.Contains("came as Float64", client.ObjectionTo(state, new SplitBody.PullBack(Numbers(12) with { Format = NumberFormat.Float64 })), StringComparison.Ordinal);
        Assert.Contains("not work", client.ObjectionTo(state, state), StringComparison.Ordinal);
        Assert.Contains("not the state", client.ObjectionTo(Asked, Asked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_sends_the_same_activations_for_the_same_step_and_others_for_another()
    {
        SplitBody.Activate asked = Asked with { ClientPart = FlatVector.CopyOf(Problem.Initial(new SeededRandom(1, "start")).Span[..Part.Length]) };
        SplitWorkerRule once = new(Lite, Problem.CreateClient(0), seed: 1, index: 0);
        SplitWorkerRule again = new(Lite, Problem.CreateClient(0), seed: 1, index: 0);

        StarBody first = once.Do(SplitBody.WorkerState.New, asked).Report;

        Assert.Equal(first, again.Do(SplitBody.WorkerState.New, asked).Report);
        Assert.NotEqual(first, once.Do(SplitBody.WorkerState.New, asked with { Number = 1 }).Report);
    }

    [Fact]
    public void A_snapshot_of_other_settings_is_refused()
    {
        SplitMasterRule rule = Server(Lite);
        rule.Step([new WorkerReport(2, Good)]);
        SnapshotWriter writer = new();
        rule.Save(writer);
        Snapshot snapshot = writer.ToSnapshot("split");

        SplitMasterRule same = Server(Lite);
        same.Restore(new SnapshotReader(snapshot, "split"));
        SplitMasterRule other = Server(Lite with { Quantizer = Lite.Quantizer with { Groups = 1 } });
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => other.Restore(new SnapshotReader(snapshot, "split")));

        Assert.Equal(rule.Inspect().Select(entry => (entry.Name, entry.Values)), same.Inspect().Select(entry => (entry.Name, entry.Values)));
        Assert.Contains("activations of worker-2 that this experiment has not", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Poison_reaches_all_that_a_client_reports()
    {
        FlatVector poison = FlatVector.Of(7);

        Assert.Equal(poison, ((SplitBody.QuantizedActivated)Good.MapVectors(_ => poison)).Activations.Codebooks.Values);
        Assert.Equal(poison, ((SplitBody.RawActivated)new SplitBody.RawActivated
        {
            Examples = 1,
            Labels = null,
            Targets = Part,
            Activations = Numbers(1),
        }.MapVectors(_ => poison)).Activations.Values);
        Assert.Equal(poison, ((SplitBody.PulledBack)new SplitBody.PulledBack { Gradient = Numbers(1), Distortion = 0 }.MapVectors(_ => poison)).Gradient.Values);
    }

    [Fact]
    public void Only_rounds_will_do()
    {
        SplitFedAlgorithm algorithm = new();

        Assert.Null(algorithm.MisfitOf(new SynchronousParticipation()));
        Assert.Null(algorithm.MisfitOf(new CohortParticipation { Size = 2, Seed = 1 }));
        Assert.Equal("policy", algorithm.MisfitOf(new AsynchronousParticipation(1, 5))?.Key);
        Assert.Equal("policy", algorithm.MisfitOf(new BufferedParticipation { Buffer = 1, Concurrency = 1, Seed = 1 })?.Key);
    }

    [Fact]
    public void Pieces_that_do_not_divide_the_activations_are_named_with_a_number_that_does()
    {
        SettingMisfit misfit = new FedLiteAlgorithm().MisfitOf(Lite with { Quantizer = Lite.Quantizer with { Subvectors = 3, Groups = 1 } }, Problem)!.Value;

        Assert.Equal(("quantizer.subvectors", "is 3; it must divide the 4 activations of a row evenly, such as 2."), (misfit.Key, misfit.Reason));
        Assert.Null(new FedLiteAlgorithm().MisfitOf(Lite, Problem));
        Assert.Null(new SplitFedAlgorithm().MisfitOf(Raw, Problem));
    }

    private static SplitMasterRule Server(SplitOptions options) =>
        new(options, Problem.Initial(new SeededRandom(1, "start")), Problem.ClientLength, Problem.CreateServer(), Workers, "fedlite");

    private static RoundedPacket Numbers(int length, double first = 0.5) =>
        new(FlatVector.Create(length, values =>
        {
            values.Fill(0.25);
            values[0] = first;
        }), NumberFormat.Float32);
}
