using ActorFed.Host.Cluster;
using ActorFed.Host.Configuration;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

/// <summary>Nodes of the overlay without a broker find each other, by settings that the program understands.</summary>
public sealed class AkkaOverlayTests
{
    private const string Overlay = "k8s/overlays/akka";
    private const string Nodes = "StatefulSet/actorfed-node";

    [KubectlTheory]
    [InlineData(Nodes)]
    [InlineData("CronJob/actorfed-submit")]
    public void Settings_are_understood_and_no_broker_is_spoken_of(string title)
    {
        Container container = Find(title);

        MachineOptions machine = container.Machine();

        Assert.Equal((StoreKind.Postgres, NodeEngine.Akka, false), (machine.Store.Kind, machine.Node.Engine, machine.NamesBroker));
        Assert.Contains(machine.Store.Postgres.PasswordFile, container.Files.Paths);
        Assert.Contains((machine.Store.Postgres.Host, $"{machine.Store.Postgres.Port}"), container.Services);
        Assert.DoesNotContain(container.Files.Paths, path => path.Contains("broker", StringComparison.Ordinal));
        Assert.All(container.Variables.Keys, name => Assert.StartsWith(EnvironmentOverrides.Prefix, name, StringComparison.Ordinal));
    }

    [KubectlTheory]
    [InlineData(Nodes)]
    public void The_seeds_are_pods_of_the_service_at_the_port_that_nodes_listen_on(string title)
    {
        Container container = Find(title);
        MachineOptions machine = container.Machine();
        string service = container.Owner.Tree["spec", "serviceName"].Text;
        int replicas = int.Parse(container.Owner.Tree["spec", "replicas"].Text);

        Assert.Equal(3, replicas);
        Assert.Equal($"{machine.Node.Name}.{service}", machine.Akka.Host);
        Assert.Equal(Enumerable.Range(0, replicas).Select(pod => $"{container.Owner.Name}-{pod}.{service}:{machine.Akka.Port}"), machine.Akka.Seeds);
        Assert.Contains((service, $"{machine.Akka.Port}"), container.Services);
        Assert.Equal(container.Tree["ports"].Items.Single(port => port["name"].Text == "akka")["containerPort"].Text, $"{machine.Akka.Port}");
    }

    [KubectlTheory]
    [InlineData("clusterIP: None", "clusterIP: 10.0.0.1")]
    [InlineData("publishNotReadyAddresses: true", "publishNotReadyAddresses: false")]
    public void Nodes_have_names_of_their_own_before_they_are_ready(string right, string wrong)
    {
        string text = Kubectl.Render(Overlay);

        Assert.True(HasNames(text));
        Assert.False(HasNames(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    /// <summary>A node joins by its name, and is ready only when it has joined.</summary>
    private static bool HasNames(string text)
    {
        Resource service = YamlText.Resources(text).Single(resource => resource.Title == "Service/actorfed-node");
        return service.Tree["spec", "clusterIP"].Text == "None" && service.Tree["spec", "publishNotReadyAddresses"].Text == "true";
    }

    private static Container Find(string title) => Container.Of(YamlText.Resources(Kubectl.Render(Overlay)), title);
}
