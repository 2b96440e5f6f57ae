using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Experiments;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Attackers among neighbours, from the command line.</summary>
public sealed class AttackedExperimentTests : IDisposable
{
    private static readonly string Digits = Checkout.At("hocon/experiments/balance-digits.conf");

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Balance_learns_digits_under_an_attack_that_averaging_does_not_survive()
    {
        CliResult compared = (await Cli.RunAsync(
            ["compare", $"balance={Digits}", $"none={Digits}", "--seeds", "1", "--out", _temporary.At("compared"), "--json",
                .. Cli.Set("stop.steps=50", "run.model-every=50", "none:graph.acceptance.kind=none", "data.synthetic-digits.train-rows=1000", "data.synthetic-digits.test-rows=200")]))
            .MustEnd(ExitCodes.Success);

        JsonElement[] ends = [.. compared.Json.GetProperty("experiments").EnumerateArray().Select(experiment => experiment.GetProperty("atEnd").GetProperty("metrics"))];
        Assert.InRange(Median(ends[0], "max-test-error"), 0, 0.35);
        Assert.InRange(Median(ends[1], "max-test-error"), 0.6, 1);
        Assert.Contains("warning: none, seed 1: 6 of 8 honest participants have more attackers", compared.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning: balance", compared.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trimmed-mean", 1, "acceptance 'trimmed-mean' is made for: up to 2, and it tolerates 1 there.")]
    [InlineData("krum", 2, "acceptance 'krum' is made for: up to 2, and it tolerates 1 there.")]
    [InlineData("none", 2, "acceptance 'none' is made for: up to 2, and it tolerates 0 there.")]
    public async Task More_attackers_than_the_defence_is_made_for_are_warned_of(string kind, int attackers, string words)
    {
        CliResult run = (await RunAsync($"graph.acceptance.kind={kind}", $"graph.acceptance.attackers={attackers}")).MustEnd(ExitCodes.Success);

        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("balance")]
    [InlineData("trimmed-mean")]
    public async Task No_more_attackers_than_the_defence_is_made_for_are_nothing_to_warn_of(string kind)
    {
        CliResult run = (await RunAsync($"graph.acceptance.kind={kind}")).MustEnd(ExitCodes.Success);

        Assert.DoesNotContain("warning", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_off_has_the_largest_error_and_the_largest_loss()
    {
        ModelObserved[] locals = [.. new[] { 0.8, 0.5, 1 }.Select(x => new ModelObserved { Step = 1, Upper = FlatVector.Empty, Lower = FlatVector.Of(x) })];
        ModelObserved mean = locals[0] with { Locals = [.. locals] };

        Measure[] each = [.. GraphExperiment.Evaluate(new OwnMeasures(), mean, each: true)];

        Assert.Equal(
            [new Measure("test-accuracy", 0.8), new Measure("test-loss", 1.25), new Measure("max-test-error", 0.5), new Measure("max-test-loss", 2)], each);
        Assert.Equal(each[..2], GraphExperiment.Evaluate(new OwnMeasures(), mean, each: false));
    }

    [Theory]
    [InlineData("graph.attackers = 2", "x.conf:4", "graph.attackers is 2, and graph.attack.kind is none", "graph.attackers = 0")]
    [InlineData("graph.attack.kind = gaussian", "x.conf:4", "graph.attack.kind is set, and graph.attackers is 0", "graph.attackers = 1")]
    [InlineData("graph { attackers = 4, attack.kind = gaussian }", "x.conf:4", "graph.attackers is 4; it must be less than 4 (the number of participants)")]
    [InlineData("graph { attackers = 9, attack.kind = gaussian }", "x.conf:4", "graph.attackers is 9; it must be less than 4 (the number of participants)")]
    [InlineData("graph { attackers = 1, attack.kind = gaussian, compression.kind = top-k }", "Switch compression or the attack off")]
    [InlineData("graph { attackers = 1, attack.kind = label-flip }", "has no data to poison")]
    [InlineData("graph { attackers = 1, attack.kind = gaussian }, problem = quadratic, algorithm = sparkle", "for algorithms that exchange variables only")]
    [InlineData("graph.acceptance.kind = balance, problem = quadratic, algorithm = sparkle", "for algorithms that exchange variables only")]
    [InlineData("graph { attackers = 1, attack.kind = label-flip }, problem = quadratic, algorithm = dsoba", "trains on poisoned data, which dsoba has no way to")]
    [InlineData("graph.acceptance.kind = ubar, problem = hyper-cleaning, algorithm = dsoba, data.synthetic-digits.train-rows = 80", "choose an acceptance that needs none")]
    public async Task Settings_that_do_not_go_together(string line, params string[] words)
    {
        string file = _temporary.Write("x.conf", Encoding.UTF8.GetBytes($"problem = single-level-quadratic\nalgorithm = dsgd\nworkers = 4\n{line}\n"));

        CliResult result = (await Cli.RunAsync(["run", file, .. Cli.Set($"run.folder=\"{_temporary.At("run")}\"")])).MustEnd(ExitCodes.BadInput);

        Assert.All(words, word => Assert.Contains(word, result.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_temporary.At("run")));
    }

    private static double Median(JsonElement metrics, string name) => metrics.GetProperty(name).GetProperty("median").GetDouble();

    private Task<CliResult> RunAsync(params string[] settings) => Cli.RunAsync(
        ["run", Digits, .. Cli.Set([$"run.folder=\"{_temporary.At("run")}\"", "stop.steps=2", "data.synthetic-digits.train-rows=800", "data.synthetic-digits.test-rows=20", .. settings])]);

    /// <summary>Reads accuracy and loss off the model.</summary>
    private sealed class OwnMeasures : IProblem
    {
        public int ShardCount => 1;

        public void CheckShard(int shard)
        {
        }

        public ImmutableArray<Measure> Evaluate(ModelObserved model) => [new("test-accuracy", model.Lower[0]), new("test-loss", 1 / model.Lower[0])];
    }
}
