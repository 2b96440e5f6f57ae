using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class ExperimentFilesTests
{
    public static TheoryData<string> Files { get; } =
    [
        .. Directory.GetFiles(Checkout.At("hocon"), "*.conf", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "akka.conf") // keys of Akka.NET
            .Select(file => Path.GetRelativePath(Checkout.At("hocon"), file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_that_is_shipped_is_a_valid_experiment(string file)
    {
        Experiment experiment = Experiment.Load(Checkout.At("hocon/" + file.Replace('\\', '/')), []);

        experiment.ToPlan("test").Validate();
        int masters = experiment.IsGraph ? 0 : 1;
        Assert.Equal(experiment.Options.Workers + masters, experiment.ToPlan("test").Participants.Length);
    }

    [Fact]
    public void A_plan_makes_the_same_experiment_again()
    {
        Experiment experiment = Experiment.Load(Cli.Quadratic, []);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, experiment.Plan);

            Assert.Equal(experiment.Plan, Experiment.LoadPlan(file, []).Plan);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_plan_holds_every_key_of_the_reference_but_those_of_machine_and_cluster()
    {
        Experiment experiment = Experiment.Load(Checkout.At("hocon/reference.conf"), []);

        string[] planned = [.. experiment.Plan.TrimEnd('\n').Split('\n').Select(line => line.Split(" = ")[0])];
        IEnumerable<string> documented = ConfigurationLoader.DescribeKeys(ConfigurationSources.ReadReference()).Select(key => key.Path)
            .Where(key => !MachineOptions.Sections.Contains(key.Split('.')[0]));
        Assert.Equal(documented.Order(StringComparer.Ordinal), planned.Order(StringComparer.Ordinal));
    }
}
