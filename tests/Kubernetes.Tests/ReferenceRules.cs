namespace ActorFed.Kubernetes.Tests;

/// <summary>What one object says of others must be so.</summary>
/// <param name="resources">All objects.</param>
internal sealed class ReferenceRules(IReadOnlyList<Resource> resources)
{
    /// <summary>What is wrong.</summary>
    public IEnumerable<string> Violations() => resources.SelectMany(resource => (IEnumerable<string>)
    [
        .. PodRules.Violations(resource),
        .. Identity(resource),
        .. OfWorkload(resource),
        .. References(resource),
        .. resource.Kind switch
        {
            "Service" => OfService(resource),
            "NetworkPolicy" => OfNetworkPolicy(resource),
            "PodDisruptionBudget" => Finds(resource, resource.Tree["spec", "selector", "matchLabels"]),
            "HorizontalPodAutoscaler" => OfAutoscaler(resource),
            "RabbitmqCluster" => MadeBy(resource, "Certificate", ["spec", "secretName"], resource.Tree["spec", "tls", "secretName"].Text),
            "Certificate" => MadeBy(resource, "Issuer", ["metadata", "name"], resource.Tree["spec", "issuerRef", "name"].Text),
            "Issuer" when resource.Tree["spec", "ca"].IsPresent =>
                MadeBy(resource, "Certificate", ["spec", "secretName"], resource.Tree["spec", "ca", "secretName"].Text),
            _ => [],
        },
    ]);

    private IEnumerable<string> Identity(Resource resource)
    {
        if (resource.Tree["apiVersion"].Text.Length == 0 || resource.Kind.Length == 0 || resource.Name.Length == 0)
        {
            yield return $"{resource.Title} must have apiVersion, kind and a name";
        }

        if (resources.Count(other => other.Title == resource.Title) > 1)
        {
            yield return $"{resource.Title} stands there twice";
        }

        string[] namespaces = [.. resources.Where(other => other.Kind == "Namespace").Select(other => other.Name)];
        string own = resource.Tree["metadata", "namespace"].Text;
        if (resource.Kind != "Namespace" && namespaces is [string only] && own != only)
        {
            yield return $"{resource.Title} is in the namespace '{own}' and must be in {only}";
        }

        bool isGenerated = resource.Kind is "ConfigMap" or "Secret";
        if (!isGenerated && !resource.Labels["app.kubernetes.io/name"].IsPresent && !resource.Labels["app.kubernetes.io/part-of"].IsPresent)
        {
            yield return $"{resource.Title} must have the label app.kubernetes.io/name or app.kubernetes.io/part-of";
        }
    }

    private IEnumerable<string> OfWorkload(Resource resource)
    {
        if (resource.IsLongRunning && !resource.Tree["spec", "selector", "matchLabels"].Selects(resource.PodLabels))
        {
            yield return $"{resource.Title} must select the labels of its own pods";
        }

        foreach (YamlTree spread in resource.PodSpec["topologySpreadConstraints"].Items
            .Where(spread => !spread["labelSelector", "matchLabels"].Selects(resource.PodLabels)))
        {
            yield return $"{resource.Title} must spread its own pods over {spread["topologyKey"].Text}";
        }

        if (resource.Kind == "StatefulSet" && !Has("Service", resource.Tree["spec", "serviceName"].Text))
        {
            yield return $"{resource.Title} names the service '{resource.Tree["spec", "serviceName"].Text}', which is not there";
        }
    }

    private IEnumerable<string> References(Resource resource)
    {
        foreach (YamlTree volume in resource.PodSpec["volumes"].Items)
        {
            foreach ((YamlTree source, string name, string kind) in Sources(volume).Where(source => source.Source["optional"].Text != "true"))
            {
                string[] keys = [.. source["items"].Items.Select(item => item["key"].Text)];
                foreach (string problem in Problems(kind, name, keys))
                {
                    yield return $"{resource.Title}, volume {volume["name"].Text}, {problem}";
                }
            }
        }

        foreach (YamlTree variable in PodRules.Containers(resource.PodSpec).SelectMany(container => container["env"].Items))
        {
            foreach ((string field, string kind) in ((string, string)[])[("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")])
            {
                YamlTree source = variable["valueFrom", field];
                foreach (string problem in source.IsPresent ? Problems(kind, source["name"].Text, [source["key"].Text]) : [])
                {
                    yield return $"{resource.Title}, variable {variable["name"].Text}, {problem}";
                }
            }
        }
    }

    /// <summary>The config maps and secrets that a volume is made of.</summary>
    public static IEnumerable<(YamlTree Source, string Name, string Kind)> Sources(YamlTree volume) =>
        ((YamlTree[])[volume, .. volume["projected", "sources"].Items]).SelectMany(place => ((YamlTree, string, string)[])
        [
            (place["configMap"], place["configMap", "name"].Text, "ConfigMap"),
            (place["secret"], place["secret", "secretName"].Text + place["secret", "name"].Text, "Secret"), // a volume says secretName, a projection name
        ]).Where(source => source.Item1.IsPresent);

    private IEnumerable<string> Problems(string kind, string name, string[] keys)
    {
        if (KeysOf(kind, name) is not { } known)
        {
            yield return $"needs the {kind} {name}, which is not there";
            yield break;
        }

        foreach (string key in keys.Except(known))
        {
            yield return $"needs the key {key} of the {kind} {name}, which has {string.Join(", ", known)}";
        }
    }

    /// <summary>The keys of a config map or secret; null: nobody makes it.</summary>
    public IEnumerable<string>? KeysOf(string kind, string name)
    {
        if (resources.FirstOrDefault(resource => resource.Kind == kind && resource.Name == name) is Resource given)
        {
            return [.. given.Tree["data"].Fields.Concat(given.Tree["stringData"].Fields).Select(entry => entry.Key)];
        }

        return kind == "Secret" && resources.Any(resource => resource.Kind == "RabbitmqCluster" && name == $"{resource.Name}-default-user")
                ? ["username", "password", "host", "port"]
            : kind == "Secret" && resources.Any(resource => resource.Kind == "Certificate" && name == resource.Tree["spec", "secretName"].Text)
                ? ["tls.crt", "tls.key", "ca.crt"]
            : null;
    }

    private IEnumerable<string> OfService(Resource service)
    {
        YamlTree selector = service.Tree["spec", "selector"];
        Resource? owner = resources.FirstOrDefault(resource => resource.IsLongRunning && selector.Selects(resource.PodLabels));
        return owner is null
            ? [$"{service.Title} selects no pods"]
            : service.Tree["spec", "ports"].Items.Select(port => port["targetPort"].Text).Where(port => !PortsOf(owner).Contains(port))
                .Select(port => $"{service.Title} leads to the port {port}, which {owner.Title} has not");
    }

    private IEnumerable<string> OfNetworkPolicy(Resource policy)
    {
        YamlTree spec = policy.Tree["spec"];
        string[] types = [.. spec["policyTypes"].Texts];
        List<string> found = [.. Finds(policy, spec["podSelector", "matchLabels"])];
        foreach ((string type, string rules, string sides) in ((string, string, string)[])[("Ingress", "ingress", "from"), ("Egress", "egress", "to")])
        {
            if (spec[rules].IsPresent && !types.Contains(type))
            {
                found.Add($"{policy.Title} has {rules} rules and no policy type {type}, so that they do nothing");
            }

            foreach (YamlTree rule in spec[rules].Items)
            {
                YamlTree[] peers = [.. rule[sides].Items];
                if (peers.Length == 0)
                {
                    found.Add($"{policy.Title} lets {rules} pass with anybody; say {sides} whom");
                }

                found.AddRange(peers.Where(peer => peer["podSelector"].IsPresent).SelectMany(peer => Finds(policy, peer["podSelector", "matchLabels"])));
                YamlTree target = rules == "ingress" ? spec["podSelector", "matchLabels"] : peers.FirstOrDefault(new YamlTree(null))["podSelector", "matchLabels"];
                found.AddRange(rule["ports"].Items.Select(port => port["port"].Text)
                    .Where(port => !int.TryParse(port, out _) && !resources.Any(other => target.Selects(other.PodLabels) && PortsOf(other).Contains(port)))
                    .Select(port => $"{policy.Title} lets pass the port {port}, which no pod there has"));
            }
        }

        return found;
    }

    private IEnumerable<string> OfAutoscaler(Resource scaler)
    {
        YamlTree target = scaler.Tree["spec", "scaleTargetRef"];
        if (!Has(target["kind"].Text, target["name"].Text))
        {
            yield return $"{scaler.Title} scales {target["kind"].Text}/{target["name"].Text}, which is not there";
        }

        if (resources.Any(resource => resource.Kind == target["kind"].Text && resource.Name == target["name"].Text && resource.Tree["spec", "replicas"].IsPresent))
        {
            yield return $"{scaler.Title} says how many replicas there are, and its target says so too";
        }
    }

    private IEnumerable<string> Finds(Resource from, YamlTree selector) => resources.Any(resource => selector.Selects(resource.PodLabels))
        ? []
        : [$"{from.Title} selects {string.Join(", ", selector.Fields.Select(field => $"{field.Key}={field.Value.Text}"))}, which no pods are"];

    private IEnumerable<string> MadeBy(Resource user, string kind, string[] path, string name) =>
        resources.Any(resource => resource.Kind == kind && resource.Tree[path].Text == name) ? [] : [$"{user.Title} needs '{name}', which no {kind} makes"];

    private bool Has(string kind, string name) => resources.Any(resource => resource.Kind == kind && resource.Name == name);

    private static IEnumerable<string> PortsOf(Resource owner) =>
        PodRules.Containers(owner.PodSpec).SelectMany(container => container["ports"].Items).Select(port => port["name"].Text);
}
