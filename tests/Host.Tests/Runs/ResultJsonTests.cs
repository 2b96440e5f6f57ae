using System.Text.Json;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class ResultJsonTests
{
    [Fact]
    public void Is_one_line_with_everything_a_script_needs()
    {
        RunRecord record = SyntheticRun.Record(200);

        string line = ResultJson.Of(new RunResult(SyntheticRun.Head(), SyntheticRun.Report(), record, null, TimeSpan.FromSeconds(61.25)), new StoredFolder("/runs/a"));

        Assert.DoesNotContain('\n', line);
        JsonElement json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            ["runId", "outcome", "reason", "steps", "seconds", "objectives", "metrics", "restarts", "violations", "bytesSent", "deliveries", "folder", "planHash", "seed"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("completed", json.GetProperty("outcome").GetString());
        Assert.Equal(200, json.GetProperty("steps").GetInt64());
        Assert.Equal(61.25, json.GetProperty("seconds").GetDouble());
        Assert.Equal(record.Latest(MeasureNames.StationarityGap), json.GetProperty("objectives").GetProperty("gap").GetDouble());
        Assert.Equal(["test-accuracy", "clean-recall", "test-loss"], json.GetProperty("metrics").EnumerateObject().Select(p => p.Name));
        Assert.Equal("/runs/a", json.GetProperty("folder").GetString());
    }

    [Fact]
    public void Has_null_for_what_was_not_measured_or_is_not_finite()
    {
        RunRecord record = new(1);
        record.Evaluated(1, TimeSpan.Zero, [new Measure("test-loss", double.NaN)]);

        JsonElement json = JsonDocument.Parse(ResultJson.Of(new RunResult(SyntheticRun.Head(), SyntheticRun.Report(), record, null, TimeSpan.Zero), new StoredFolder("run"))).RootElement;

        Assert.Equal(JsonValueKind.Null, json.GetProperty("objectives").GetProperty("upper").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("metrics").GetProperty("test-loss").ValueKind);
    }

    [Fact]
    public void Is_written_with_report_and_model()
    {
        using TempFolder temp = new();
        using RunFolder folder = RunFolder.Create(temp.In("run"), "");
        ModelObserved model = new() { Step = 7, Upper = FlatVector.Of(1, 2), Lower = FlatVector.Of(3) };

        string line = RunOutputs.Write(folder, new RunResult(SyntheticRun.Head(), SyntheticRun.Report(), SyntheticRun.Record(100), model, TimeSpan.Zero));

        Assert.Equal(line + "\n", File.ReadAllText(Path.Combine(folder.Folder, StoredFolder.ResultName)));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(folder.ReportPath), StringComparison.Ordinal);
        SafeTensorsContent read = SafeTensors.Read(folder.ModelPath);
        Assert.Equal(["upper", "lower"], read.Tensors.Select(t => t.Name));
        Assert.Equal(model.Upper, read.Tensors[0].Values);
        Assert.Equal("7", read.Metadata["step"]);
    }

    [Fact]
    public void Is_written_with_all_variables_and_objectives_of_three_levels()
    {
        using TempFolder temp = new();
        using RunFolder folder = RunFolder.Create(temp.In("run"), "");
        ModelObserved model = new() { Step = 7, Upper = FlatVector.Of(1, 2), Middle = FlatVector.Of(4, 5, 6), Lower = FlatVector.Of(3) };
        RunRecord record = new(1);
        record.Measured(7, TimeSpan.Zero, [new Measure(MeasureNames.MiddleObjective, 0.5)]);

        string line = RunOutputs.Write(folder, new RunResult(SyntheticRun.Head(), SyntheticRun.Report(), record, model, TimeSpan.Zero));

        SafeTensorsContent read = SafeTensors.Read(folder.ModelPath);
        Assert.Equal(["upper", "middle", "lower"], read.Tensors.Select(t => t.Name));
        Assert.Equal(model.Middle, read.Tensors[1].Values);
        Assert.Equal(0.5, JsonDocument.Parse(line).RootElement.GetProperty("objectives").GetProperty("middle").GetDouble());
    }

    [Fact]
    public void Writes_no_model_when_none_was_observed()
    {
        using TempFolder temp = new();
        using RunFolder folder = RunFolder.Create(temp.In("run"), "");

        RunOutputs.Write(folder, new RunResult(SyntheticRun.Head(), SyntheticRun.Report(), new RunRecord(1), null, TimeSpan.Zero));

        Assert.False(File.Exists(folder.ModelPath));
    }
}
