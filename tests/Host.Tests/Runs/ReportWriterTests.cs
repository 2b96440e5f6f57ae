using System.Xml.Linq;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class ReportWriterTests
{
    [Fact]
    public void Is_well_formed_and_holds_every_plot()
    {
        XElement page = Page(SyntheticRun.Record(500));

        string[] titles = [.. page.Descendants("h3").Select(h => h.Value)];
        Assert.Equal(
            [
                "Upper objective by step", "Upper objective by time", "Lower objective by step", "Lower objective by time",
                "Stationarity gap by step", "Stationarity gap by time", "Test metrics by step", "Test metrics by time",
                "Test loss by step", "Test loss by time", "Staleness of the reports used", "Cutting planes in force by step",
                "Workers over time", "Rows of each class in each shard", "Events", "Environment", "The same run again",
            ],
            titles);
        XElement[] plots = [.. page.Descendants("svg").Where(s => (string?)s.Attribute("class") == "plot")];
        Assert.Equal(14, plots.Length);
        Assert.All(plots, plot => Assert.DoesNotContain(plot.Descendants(), e => (string?)e.Attribute("class") == "empty"));
        Assert.All(plots, plot => Assert.NotEmpty((string?)plot.Attribute("aria-label") ?? ""));
    }

    [Fact]
    public void Names_the_classes_of_the_labels_and_numbers_those_without_a_name()
    {
        XElement page = Page(SyntheticRun.Record(10));

        string[] tips = [.. page.Descendants().Where(e => e.Name.LocalName == "title").Select(e => e.Value)];
        int count = SyntheticRun.Labels(18, 10).Counts[17][9];
        Assert.Contains(tips, tip => tip.StartsWith("shard 0, digit 8: ", StringComparison.Ordinal));
        Assert.Contains($"shard 17, 9: {count} rows", tips);
    }

    [Fact]
    public void Needs_nothing_from_outside()
    {
        string html = ReportWriter.Html(Result(SyntheticRun.Record(100)));

        Assert.All(
            (string[])["http:", "https:", "src=", "href=", "url(", "@import", "<link", "fetch("],
            reference => Assert.DoesNotContain(reference, html, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Shows_the_final_numbers_and_how_to_repeat_the_run()
    {
        RunRecord record = SyntheticRun.Record(500);

        XElement page = Page(record);

        string text = page.Element("body")!.Value;
        Assert.Contains(HtmlText.Number(record.Latest(MeasureNames.UpperObjective)), text, StringComparison.Ordinal);
        Assert.Contains(HtmlText.Number(record.Latest("test-accuracy")), text, StringComparison.Ordinal);
        Assert.Contains(SyntheticRun.Head().Command, text, StringComparison.Ordinal);
        Assert.Contains("note = \"a < b & c\"", text, StringComparison.Ordinal);
        Assert.Contains(SyntheticRun.Head().PlanHash, text, StringComparison.Ordinal);
        Assert.Contains("slow", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Survives_a_run_that_showed_nothing()
    {
        RunHead head = SyntheticRun.Head() with { Labels = null, Workers = 0, Environment = [], Plan = "", Command = "" };

        XElement page = Parse(ReportWriter.Html(new RunResult(head, SyntheticRun.Report(), new RunRecord(0), null, TimeSpan.Zero)));

        Assert.Contains("not measured in this run", page.Value, StringComparison.Ordinal);
        Assert.Contains("no step was observed in this run", page.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.Element("body")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    public void Survives_one_step_of_any_value(double value)
    {
        RunRecord record = new(1);
        record.Step(TimeSpan.FromSeconds(1), new StepObserved
        {
            Step = 1,
            Active = [0],
            Staleness = [0],
            WorkersAlive = 1,
            Measures = [new(MeasureNames.UpperObjective, value), new(MeasureNames.StationarityGap, value), new("own-measure", value)],
        });
        record.Evaluated(1, TimeSpan.FromSeconds(1), [new Measure("test-accuracy", value)]);

        XElement page = Page(record);

        Assert.Contains("Own measure by step", page.Descendants("h3").Select(h => h.Value));
        Assert.DoesNotContain("NaN", string.Concat(page.Descendants("path").Attributes("d").Select(a => a.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_what_a_failure_says()
    {
        Exception failure = new InvalidOperationException("<script>alert('x')</script> \u0001 & more");

        XElement page = Parse(ReportWriter.Html(new RunResult(
            SyntheticRun.Head(), SyntheticRun.Report(RunOutcome.Failed, failure), new RunRecord(1), null, TimeSpan.Zero)));

        Assert.Single(page.Descendants("script"));
        Assert.Contains("<script>alert('x')</script> \ufffd & more", page.Value, StringComparison.Ordinal);
        Assert.Contains("bad", page.Descendants("span").Attributes("class").Select(a => a.Value).Single(c => c.StartsWith("outcome", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Stays_small_with_many_workers_and_steps()
    {
        RunRecord record = new(1000);
        for (int step = 1; step <= 50_000; step++)
        {
            record.Step(TimeSpan.FromSeconds(step), new StepObserved
            {
                Step = step,
                Active = [step % 1000, step * 7 % 1000],
                Staleness = [step % 50, 3],
                WorkersAlive = 1000,
                Measures = [new Measure(MeasureNames.UpperObjective, 1.0 / step)],
            });
        }

        string html = ReportWriter.Html(new RunResult(
            SyntheticRun.Head(1000) with { Labels = SyntheticRun.Labels(1000, 10) }, SyntheticRun.Report(), record, null, TimeSpan.FromHours(1)));

        Assert.InRange(html.Length, 10_000, 2_000_000);
        Assert.Contains("workers 0–15", html, StringComparison.Ordinal);
        Assert.Contains("16 shards to a line", html, StringComparison.Ordinal);
    }

    private static RunResult Result(RunRecord record) => new(SyntheticRun.Head(), SyntheticRun.Report(), record, null, TimeSpan.FromSeconds(61.25));

    private static XElement Page(RunRecord record) => Parse(ReportWriter.Html(Result(record)));

    private static XElement Parse(string html) => XDocument.Parse(html).Root!;
}
