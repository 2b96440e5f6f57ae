using System.Text.Json;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class ReplayCommandTests
{
    [Fact]
    public async Task Makes_asynchronous_runs_again_to_the_bits_of_their_models()
    {
        using TemporaryFolder temporary = new();
        for (int i = 0; i < 5; i++)
        {
            await RunAsync(temporary.At($"run-{i}"), 200);

            CliResult replay = (await Cli.RunAsync("replay", temporary.At($"run-{i}"))).MustEnd(ExitCodes.Success);

            Assert.Contains("step 200, trace ", replay.Output, StringComparison.Ordinal);
            Assert.Contains("Completed: step limit", replay.Output, StringComparison.Ordinal);
            Assert.Contains("model: bit-identical to model.safetensors: upper (4), lower (4), after step 200", replay.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Makes_a_cleaning_of_digits_again()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync([
            "run", Checkout.At("hocon/quickstart.conf"),
            .. Cli.Set($"run.folder=\"{temporary.At("run")}\"", "stop.steps=60", "data.synthetic-digits.train-rows=400", "data.synthetic-digits.test-rows=100"),
        ])).MustEnd(ExitCodes.Success);

        CliResult replay = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);

        Assert.True(replay.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.Equal(60, replay.Json.GetProperty("parts")[0].GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task Prints_the_same_trace_every_time()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 50);

        CliResult first = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);
        CliResult second = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(16, first.Json.GetProperty("parts")[0].GetProperty("traceHash").GetString()!.Length);
        Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
    }

    [Fact]
    public async Task Makes_every_part_of_a_resumed_run_again()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 50);
        (await Cli.RunAsync(["run", "--resume", temporary.At("run"), .. Cli.Set("stop.steps=90")])).MustEnd(ExitCodes.Success);

        CliResult all = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);
        CliResult first = (await Cli.RunAsync("replay", temporary.At("run"), "--part", "1")).MustEnd(ExitCodes.Success);
        CliResult third = (await Cli.RunAsync("replay", temporary.At("run"), "--part", "3")).MustEnd(ExitCodes.BadInput);

        Assert.Equal([50, 90], all.Json.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("steps").GetInt64()));
        Assert.True(all.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.Contains("model.safetensors comes from deliveries-2.bin, which was not replayed", first.Output, StringComparison.Ordinal);
        Assert.Contains("recorded are: 1, 2", third.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeats_what_there_is_of_a_run_that_was_killed()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 3000);
        string record = temporary.At("run/deliveries-1.bin");
        byte[] bytes = File.ReadAllBytes(record);
        File.WriteAllBytes(record, bytes[..(bytes.Length * 2 / 3)]);
        File.Delete(temporary.At("run/model.safetensors"));

        CliResult replay = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);

        JsonElement part = replay.Json.GetProperty("parts")[0];
        Assert.True(part.GetProperty("endsEarly").GetBoolean());
        Assert.InRange(part.GetProperty("steps").GetInt64(), 1, 2999);
        Assert.Equal(JsonValueKind.Null, replay.Json.GetProperty("model").ValueKind);
        Assert.Contains("The record has no end: the run was killed", replay.Output, StringComparison.Ordinal);
        Assert.Contains("the run left none", replay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_where_the_models_first_differ()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 20);
        string path = temporary.At("run/model.safetensors");
        byte[] model = File.ReadAllBytes(path);
        model[^9] ^= 0x80; // the sign of the last entry but one
        File.WriteAllBytes(path, model);

        CliResult replay = (await Cli.RunAsync("replay", temporary.At("run"), "--json")).MustEnd(ExitCodes.Failed);

        Assert.False(replay.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.Matches(@"^lower\[2\] is \S+ in the run and \S+ in the replay$", replay.Json.GetProperty("model").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Stops_at_an_entry_of_a_participant_and_shows_its_state()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 40);

        CliResult text = (await Cli.RunAsync("replay", temporary.At("run"), "--stop-at", "30", "master")).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("replay", temporary.At("run"), "--stop-at", "30", "--json")).MustEnd(ExitCodes.Success);

        Assert.Contains("master: running, after 30 entries", text.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  upper +4  \S+ \S+ \S+ \S+\r?\n", text.Output);
        Assert.Contains("(not kept in snapshots)", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-0: ", text.Output, StringComparison.Ordinal);
        JsonElement[] states = [.. json.Json.GetProperty("state").EnumerateArray()];
        Assert.Equal(["master", "worker-0", "worker-1", "worker-2", "worker-3"], states.Select(state => state.GetProperty("participant").GetString()!));
        Assert.Equal(30, states.Sum(state => state.GetProperty("entries").GetInt64()));
        JsonElement upper = states[0].GetProperty("values").EnumerateArray().Single(value => value.GetProperty("name").GetString() == "upper");
        Assert.Equal(4, upper.GetProperty("numbers").GetArrayLength());
    }

    [Theory]
    [InlineData("0", null, "--stop-at is '0'; it must be the number of an entry, from 1")]
    [InlineData("x", null, "--stop-at is 'x'")]
    [InlineData("5", "worker-01", "'worker-01', which is no participant")]
    [InlineData("5", "worker-9", "worker-9 is not among the 5 participants")]
    [InlineData("999999999", "master", "ends before entry 999999999 of master")]
    [InlineData("999999999", null, "ends before entry 999999999 of the run")]
    public async Task Refuses_to_stop_where_nothing_is(string entry, string? participant, string message)
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 5);

        CliResult refused = (await Cli.RunAsync(["replay", temporary.At("run"), "--stop-at", entry, .. participant is null ? [] : (string[])[participant]]))
            .MustEnd(ExitCodes.BadInput);

        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_the_record_of_another_build_unless_told_to_try()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 20);
        ReplaceHead(temporary, head => head with { Build = "0.0.1+elsewhere" });

        CliResult refused = (await Cli.RunAsync("replay", temporary.At("run"))).MustEnd(ExitCodes.BadInput);
        CliResult tried = (await Cli.RunAsync("replay", temporary.At("run"), "--ignore-build")).MustEnd(ExitCodes.Success);

        Assert.Contains($"was recorded by build 0.0.1+elsewhere, and this is build {RunHeads.Build}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--ignore-build", refused.Error, StringComparison.Ordinal);
        Assert.Contains("bit-identical", tried.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_the_record_of_another_plan_unless_told_to_go_by_it()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 20);
        File.AppendAllText(temporary.At("run/plan.conf"), "stop.steps = 21\n");

        CliResult refused = (await Cli.RunAsync("replay", temporary.At("run"))).MustEnd(ExitCodes.BadInput);
        CliResult tried = (await Cli.RunAsync("replay", temporary.At("run"), "--ignore-plan")).MustEnd(ExitCodes.Success);

        Assert.Contains("was recorded under another plan", refused.Error, StringComparison.Ordinal);
        Assert.Contains("bit-identical", tried.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_entry_where_the_record_of_another_experiment_cannot_be_repeated()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 40);
        ReplaceHead(temporary, head => head with { Plan = head.Plan.Replace("min-active = 2", "min-active = 3", StringComparison.Ordinal) });

        CliResult replay = (await Cli.RunAsync("replay", temporary.At("run"), "--ignore-plan")).MustEnd(ExitCodes.Failed);

        Assert.Matches(@"Failed: Entry \d+ of (master|worker-\d) cannot be repeated: ", replay.Output);
    }

    [Fact]
    public async Task Refuses_a_damaged_record_and_says_where()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 20);
        string record = temporary.At("run/deliveries-1.bin");
        byte[] bytes = File.ReadAllBytes(record);
        bytes[^30] ^= 4;
        File.WriteAllBytes(record, bytes);

        CliResult refused = (await Cli.RunAsync("replay", temporary.At("run"))).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"{record} is damaged: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_without_run_or_record()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.At("run"), 5, "run.record-deliveries=false");

        CliResult nothing = (await Cli.RunAsync("replay", temporary.At("absent"))).MustEnd(ExitCodes.BadInput);
        CliResult unrecorded = (await Cli.RunAsync("replay", temporary.At("run"))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("is not a run folder", nothing.Error, StringComparison.Ordinal);
        Assert.Contains("has no record of deliveries", unrecorded.Error, StringComparison.Ordinal);
        Assert.Contains("run.record-deliveries", unrecorded.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(temporary.At("run/deliveries-1.bin")));
    }

    private static async Task RunAsync(string folder, int steps, params string[] settings) => (await Cli.RunAsync(
        Cli.Run(folder, steps, ["participation.policy=asynchronous", "participation.min-active=2", .. settings]))).MustEnd(ExitCodes.Success);

    /// <summary>Puts another head before the deliveries of the run in <c>run</c>.</summary>
    private static void ReplaceHead(TemporaryFolder temporary, Func<DeliveryHead, DeliveryHead> change)
    {
        string path = temporary.At("run/deliveries-1.bin");
        byte[] bytes = File.ReadAllBytes(path);
        DeliveryHead head;
        using (DeliveryReader reader = new(File.OpenRead(path), path))
        {
            head = reader.Head;
        }

        string other = temporary.At("head.bin");
        new DeliveryWriter(RunFolder.NewFile(other), other, change(head), [ParticipantId.Master]).Dispose();
        File.WriteAllBytes(path, [.. File.ReadAllBytes(other), .. bytes[DeliveryFileTests.HeadBytes(bytes)..]]);
    }
}
