using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class StepCheckTests
{
    private static readonly string[] Base =
    [
        "problem=single-level-quadratic", "algorithm=suda", "workers=8", "stop.steps=10", "graph.topology=ring",
    ];

    [Theory]
    [InlineData("ed", "1.7", null)]
    [InlineData("ed", "5", "suda.step is 5, and ed diverges beyond 1.7")]
    [InlineData("non-atc-gt", "3", "suda.step is 3, and non-atc-gt diverges beyond 0.1")]
    [InlineData("extra", "0.001", "suda.step is 0.001, and extra diverges however small it is")]
    public void A_step_beyond_the_limit_of_its_method_is_an_error(string method, string step, string? expected)
    {
        string? said = Prepare([], $"suda.method={method}", $"suda.step={step}");

        if (expected is null)
        {
            Assert.Null(said);
        }
        else
        {
            Assert.Contains(expected, said, StringComparison.Ordinal);
            Assert.Contains("graph.step-check = warn", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lazy_weights_make_extra_stable()
    {
        Assert.Null(Prepare([], "suda.method=extra", "suda.step=0.5", "graph.weights=lazy"));
    }

    [Fact]
    public void A_warning_is_told_where_the_experiment_asks_for_one()
    {
        List<string> told = [];

        Assert.Null(Prepare(told, "suda.method=ed", "suda.step=5", "graph.step-check=warn"));

        Assert.Contains(told, line => line.StartsWith("warning: suda.step is 5", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_that_some_participants_bear_is_warned_of()
    {
        List<string> told = [];

        Assert.Null(Prepare(told, "suda.method=ed", "suda.step=1.8"));

        Assert.Contains(told, line => line.StartsWith("warning: suda.step is 1.8, and ed may diverge beyond 1.7", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_is_warned_of_where_the_curvature_changes_on_the_way()
    {
        List<string> told = [];

        Assert.Null(Prepare(told, "problem=classification", "algorithm=dsgd", "dsgd.step=1000", "data.set=gaussian-mixture"));

        Assert.Contains(told, line => line.StartsWith("warning: dsgd.step is 1000, and none may diverge", StringComparison.Ordinal));
    }

    [Fact]
    public void The_lower_level_of_two_is_checked_by_products_with_its_hessian()
    {
        string? said = Prepare([], "algorithm=sparkle", "problem=quadratic", "sparkle.step-lower=50");

        Assert.Contains("sparkle.step-lower is 50", said, StringComparison.Ordinal);
    }

    /// <summary>Null when the experiment can be prepared, else what stands against it.</summary>
    private static string? Prepare(List<string> told, params string[] settings)
    {
        try
        {
            PreparedExperiment.Prepare(ExperimentOf([.. Base, .. settings]), new DataLocator(null, _ => null), told.Add);
            return null;
        }
        catch (ConfigurationException misfit)
        {
            return misfit.Message;
        }
    }

    private static Experiment ExperimentOf(string[] settings)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".conf");
        File.WriteAllText(file, "");
        try
        {
            return Experiment.Load(file, settings);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
