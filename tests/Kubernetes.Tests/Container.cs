using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

/// <summary>The container that runs the program in the pods of an object.</summary>
internal sealed record Container(IReadOnlyList<Resource> Resources, Resource Owner, YamlTree Tree, MountedFiles Files)
{
    public string[] Arguments => [.. Tree["args"].Texts];

    /// <summary>Host and port of each service.</summary>
    public IEnumerable<(string, string)> Services => Resources.Where(resource => resource.Kind == "Service")
        .SelectMany(service => service.Tree["spec", "ports"].Items.Select(port => (service.Name, port["port"].Text)));

    /// <summary>Variables; 'sample' stands for what is known in a running pod only.</summary>
    public IReadOnlyDictionary<string, string> Variables
    {
        get
        {
            Dictionary<string, string> values = [];
            foreach (YamlTree variable in Tree["env"].Items)
            {
                string value = ValueOf(variable);
                foreach ((string earlier, string text) in values) // as Kubernetes does: of those before it only
                {
                    value = value.Replace($"$({earlier})", text, StringComparison.Ordinal);
                }

                values.Add(variable["name"].Text, value);
            }

            return values;
        }
    }

    public static Container Of(IReadOnlyList<Resource> resources, string title)
    {
        Resource owner = resources.Single(resource => resource.Title == title);
        YamlTree container = owner.PodSpec["containers"].Items.Single();
        Assert.False(container["command"].IsPresent, "the image says what runs");
        return new Container(resources, owner, container, new MountedFiles(resources, owner));
    }

    public MachineOptions Machine() => MachineOptions.Of(ConfigurationLoader.Load(new ConfigurationSources
    {
        Reference = ConfigurationSources.ReadReference(),
        ExperimentFile = Arguments[Array.IndexOf(Arguments, "--cluster") + 1],
        Environment = Variables,
        ReadFile = Files.Read,
    }));

    private string ValueOf(YamlTree variable) => variable["value"].IsPresent ? variable["value"].Text
        : Resources.FirstOrDefault(resource => resource.Kind == "Secret" && resource.Name == variable["valueFrom", "secretKeyRef", "name"].Text) is Resource secret
            ? MountedFiles.ValueOf(secret, variable["valueFrom", "secretKeyRef", "key"].Text)
        : "sample";
}
