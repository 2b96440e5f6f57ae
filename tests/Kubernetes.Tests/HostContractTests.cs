using System.CommandLine;
using ActorFed.Actors;
using ActorFed.Host.Configuration;
using ActorFed.Host.Runs;
using ActorFed.Repository.Tests;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

/// <summary>What the manifests tell the program is something that the program understands.</summary>
public sealed class HostContractTests
{
    private const string Dev = "k8s/overlays/dev";
    private const string Production = "k8s/overlays/production";
    private const string Nodes = "StatefulSet/actorfed-node";
    private const string Submit = "CronJob/actorfed-submit";

    [KubectlTheory]
    [InlineData(Dev, Nodes)]
    [InlineData(Dev, Submit)]
    [InlineData(Production, Nodes)]
    [InlineData(Production, Submit)]
    public void Its_command_line_and_settings_are_understood(string overlay, string title)
    {
        Container container = Find(overlay, title);

        Assert.Empty(Parse(container.Arguments));
        MachineOptions machine = container.Machine();
        Assert.Equal(StoreKind.Postgres, machine.Store.Kind);
        Assert.All(container.Variables.Keys.Where(name => name.StartsWith("ACTORFED", StringComparison.Ordinal)), name =>
            Assert.StartsWith(EnvironmentOverrides.Prefix, name, StringComparison.Ordinal));
        Assert.Contains(machine.Store.Postgres.PasswordFile, container.Files.Paths);
        Assert.Contains(machine.Broker.PasswordFile, container.Files.Paths);
    }

    [KubectlTheory]
    [InlineData(Dev)]
    [InlineData(Production)]
    public void A_node_is_called_as_its_pod_and_answers_probes_where_they_are_asked(string overlay)
    {
        Container container = Find(overlay, Nodes);
        MachineOptions machine = container.Machine();

        Assert.Equal("sample", machine.Node.Name);
        YamlTree name = container.Tree["env"].Items.Single(variable => variable["name"].Text == "ACTORFED_CONF_node_name");
        Assert.Equal("metadata.name", name["valueFrom", "fieldRef", "fieldPath"].Text);
        Assert.Equal("0.0.0.0", machine.Health.Address);
        Assert.Equal(container.Tree["ports"].Items.Single(port => port["name"].Text == "health")["containerPort"].Text, $"{machine.Health.Port}");
    }

    [KubectlTheory]
    [InlineData(Dev)]
    [InlineData(Production)]
    public void The_hook_is_understood_and_leaves_time_for_the_signal(string overlay)
    {
        Container container = Find(overlay, Nodes);
        string[] hook = [.. container.Tree["lifecycle", "preStop", "exec", "command"].Texts];

        string[] words = hook[2].Replace("\"$ACTORFED_CONF_node_name\"", "actorfed-node-0", StringComparison.Ordinal).Split(' ');

        Assert.Equal(["/bin/sh", "-c"], hook[..2]);
        Assert.Equal(["exec", "timeout"], words[..2]);
        Assert.Equal("actorfed", words[3]);
        Assert.Empty(Parse(words[4..]));
        TimeSpan least = TimeSpan.FromSeconds(int.Parse(words[2]) + 5) + container.Machine().Node.DrainWithin;
        Assert.InRange(TimeSpan.FromSeconds(int.Parse(container.Owner.PodSpec["terminationGracePeriodSeconds"].Text)), least, 2 * least);
    }

    [KubectlTheory]
    [InlineData(Dev)]
    public void Broker_and_database_for_trying_are_services_of_the_overlay(string overlay)
    {
        Container container = Find(overlay, Nodes);
        MachineOptions machine = container.Machine();

        Assert.Contains((machine.Broker.Host, $"{machine.Broker.Port}"), container.Services);
        Assert.Contains((machine.Store.Postgres.Host, $"{machine.Store.Postgres.Port}"), container.Services);
        Assert.Equal("actorfed", machine.Broker.User);
    }

    [KubectlTheory]
    [InlineData(Production)]
    public void Broker_and_database_in_production_prove_who_they_are(string overlay)
    {
        Container container = Find(overlay, Nodes);
        MachineOptions machine = container.Machine();
        Resource broker = container.Resources.Single(resource => resource.Kind == "RabbitmqCluster");
        string[] certified = [.. container.Resources.Where(resource => resource.Kind == "Certificate")
            .SelectMany(certificate => certificate.Tree["spec", "dnsNames"].Texts)];

        Assert.Equal((TlsMode.Verify, TlsMode.Verify), (machine.Store.Postgres.Tls, machine.Broker.Tls));
        Assert.Contains(machine.Store.Postgres.RootCertificate, container.Files.Paths);
        Assert.Contains(machine.Broker.RootCertificate, container.Files.Paths);
        Assert.DoesNotContain(container.Files.Paths, path => path.EndsWith("tls.key", StringComparison.Ordinal));
        Assert.Equal(($"{broker.Name}.actorfed.svc", 5671), (machine.Broker.Host, machine.Broker.Port));
        Assert.Equal("true", broker.Tree["spec", "tls", "disableNonTLSListeners"].Text);
        Assert.Contains(machine.Broker.Host, certified);
    }

    [KubectlTheory]
    [InlineData(Dev)]
    [InlineData(Production)]
    public void What_is_submitted_is_an_experiment_of_the_image(string overlay)
    {
        Container container = Find(overlay, Submit);
        string file = container.Arguments[1];

        HoconObject experiment = ConfigurationLoader.Load(new ConfigurationSources
        {
            Reference = ConfigurationSources.ReadReference(),
            ExperimentFile = file,
            ReadFile = path => container.Files.Read(path)
                ?? (path.StartsWith("/app/hocon/", StringComparison.Ordinal) ? RepositoryFiles.Read(path["/app/".Length..]) : null),
        });

        Assert.Equal("hyper-cleaning", experiment.Find("problem")?.Value.ToString());
    }

    [KubectlTheory]
    [InlineData("port = 8080", "prot = 8080", "unknown key health.prot")]
    [InlineData("include required(\"nodes.conf\")", "include required(\"node.conf\")", "node.conf")]
    [InlineData("ACTORFED_CONF_node_name", "ACTORFED_CONF_node_named", "unknown key node.named")]
    public void A_setting_that_the_program_does_not_know_is_found(string right, string wrong, string problem)
    {
        string text = Kubectl.Render(Dev);
        Assert.Contains(right, text, StringComparison.Ordinal);

        ConfigurationException failure = Assert.Throws<ConfigurationException>(() =>
            Container.Of(YamlText.Resources(text.Replace(right, wrong, StringComparison.Ordinal)), Nodes).Machine());

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node --clutser f")]
    [InlineData("nodee --cluster f")]
    public void A_command_line_that_the_program_does_not_know_is_found(string arguments) => Assert.NotEmpty(Parse(arguments.Split(' ')));

    [Fact]
    public void Commands_of_the_document_are_understood()
    {
        string[] commands = [.. RepositoryFiles.Read("docs/kubernetes.md").Split("$ on-cluster ")[1..].Select(rest => rest.Split('\n')[0].Split('#')[0].Trim())];

        Assert.Contains("report RUN --out report", commands);
        Assert.All(commands, command => Assert.Empty(Parse(["--cluster", "/etc/actorfed/cluster.conf", .. command.Split(' ')])));
    }

    private static Container Find(string overlay, string title) => Container.Of(YamlText.Resources(Kubectl.Render(overlay)), title);

    private static string[] Parse(string[] arguments) =>
        [.. new ActorFed.Host.CommandLine(TextWriter.Null, TextWriter.Null, _ => null).Create().Parse(arguments).Errors.Select(error => error.Message)];
}
