namespace ActorFed.Kubernetes.Tests;

/// <summary>One object of a rendered overlay.</summary>
/// <param name="Kind">Such as StatefulSet.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tree">All of it.</param>
internal sealed record Resource(string Kind, string Name, YamlTree Tree)
{
    /// <summary>How it is called in a violation.</summary>
    public string Title => $"{Kind}/{Name}";

    /// <summary>Its labels.</summary>
    public YamlTree Labels => Tree["metadata", "labels"];

    /// <summary>What its pods are made of; empty where it makes none.</summary>
    public YamlTree PodTemplate => Kind switch
    {
        "CronJob" => Tree["spec", "jobTemplate", "spec", "template"],
        "StatefulSet" or "Deployment" or "DaemonSet" or "Job" => Tree["spec", "template"],
        _ => new YamlTree(null),
    };

    /// <summary>What its pods are.</summary>
    public YamlTree PodSpec => PodTemplate["spec"];

    /// <summary>The labels of its pods; those of a broker's pods are given by its operator.</summary>
    public YamlTree PodLabels => Kind == "RabbitmqCluster"
        ? YamlText.Parse($"app.kubernetes.io/name: {Name}\napp.kubernetes.io/component: rabbitmq")
        : PodTemplate["metadata", "labels"];

    /// <summary>Whether its pods run until they are stopped.</summary>
    public bool IsLongRunning => Kind is "StatefulSet" or "Deployment" or "DaemonSet";

    /// <summary>Names of the volumes that each of its pods claims for itself.</summary>
    public IEnumerable<string> Claims => Tree["spec", "volumeClaimTemplates"].Items.Select(claim => claim["metadata", "name"].Text);
}
