using System.Collections.Immutable;
using ActorFed.Host.Compare;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class ComparedExperimentTests
{
    [Fact]
    public void Is_called_after_its_file_unless_it_has_a_label()
    {
        ImmutableArray<ComparedExperiment> parsed = ComparedExperiment.Parse(["some/adbo.conf", "b=some/adbo.conf", "a=1/odd", "x=y=z.conf"], []);

        Assert.Equal(
            [("adbo", "some/adbo.conf"), ("b", "some/adbo.conf"), ("a", "1/odd"), ("x", "y=z.conf")],
            parsed.Select(experiment => (experiment.Label, experiment.File)));
    }

    [Fact]
    public void Takes_a_path_with_an_equals_sign_after_a_slash_as_a_path() =>
        Assert.Equal(("x", "runs/a=1/x.conf"), Named(ComparedExperiment.Parse(["runs/a=1/x.conf"], [])[0]));

    [Fact]
    public void Sets_keys_of_all_or_of_one_in_the_order_given()
    {
        ImmutableArray<ComparedExperiment> parsed = ComparedExperiment.Parse(
            ["a=x.conf", "b=x.conf"], ["stop.steps=5", "b:stop.steps=7", "a:run.folder=\"c:/d\"", "workers=3"]);

        Assert.Equal(["stop.steps=5", "run.folder=\"c:/d\"", "workers=3"], parsed[0].Settings.AsEnumerable());
        Assert.Equal(["stop.steps=5", "stop.steps=7", "workers=3"], parsed[1].Settings.AsEnumerable());
    }

    [Fact]
    public void Takes_a_colon_after_the_equals_sign_as_part_of_the_value() =>
        Assert.Equal(["run.folder=\"c:/d\""], ComparedExperiment.Parse(["x.conf"], ["run.folder=\"c:/d\""])[0].Settings.AsEnumerable());

    [Theory]
    [InlineData("the labels are: a, b", "c:stop.steps=5")]
    [InlineData("--first-seed", "seed=5")]
    [InlineData("--first-seed", "a:seed = 5")]
    [InlineData("simulation", "engine.kind=in-process")]
    public void Refuses_a_setting(string because, string setting) => Assert.Contains(
        because, Assert.Throws<ArgumentException>(() => ComparedExperiment.Parse(["a=x.conf", "b=x.conf"], [setting])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("LABEL=FILE", "some/adbo.conf", "other/adbo.conf")]
    [InlineData("LABEL=FILE", "a=x.conf", "a=y.conf")]
    [InlineData("LABEL=FILE", "a,b=x.conf")]
    [InlineData("LABEL=FILE", "=x.conf")]
    [InlineData("LABEL=FILE", "my file (2).conf")]
    [InlineData("names no file", "a=")]
    [InlineData("1 to 6")]
    [InlineData("1 to 6", "a.conf", "b.conf", "c.conf", "d.conf", "e.conf", "f.conf", "g.conf")]
    public void Refuses_experiments(string because, params string[] experiments) => Assert.Contains(
        because, Assert.Throws<ArgumentException>(() => ComparedExperiment.Parse(experiments, [])).Message, StringComparison.Ordinal);

    private static (string, string) Named(ComparedExperiment experiment) => (experiment.Label, experiment.File);
}
