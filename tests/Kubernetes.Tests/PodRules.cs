using System.Globalization;

namespace ActorFed.Kubernetes.Tests;

/// <summary>What each pod must be like, whatever runs in it.</summary>
internal static class PodRules
{
    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    /// <summary>What is wrong with the pods of an object.</summary>
    public static IEnumerable<string> Violations(Resource owner)
    {
        YamlTree pod = owner.PodSpec;
        if (!pod.IsPresent)
        {
            return [];
        }

        return [.. OfPod(owner, pod), .. Containers(pod).SelectMany(container => OfContainer(owner, pod, container)), .. OfVolumes(owner, pod)];
    }

    /// <summary>All containers of a pod.</summary>
    public static IEnumerable<YamlTree> Containers(YamlTree pod) => [.. pod["initContainers"].Items, .. pod["containers"].Items];

    /// <summary>A quantity of Kubernetes as a number: <c>250m</c> is 0.25, <c>1Gi</c> is 2^30. NaN when it is none.</summary>
    public static double Quantity(string text)
    {
        (string Suffix, double Factor)[] units = [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("m", 1e-3), ("", 1)];
        (string suffix, double factor) = units.First(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        return double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number * factor
            : double.NaN;
    }

    private static IEnumerable<string> OfPod(Resource owner, YamlTree pod)
    {
        YamlTree security = pod["securityContext"];
        (bool Holds, string Rule)[] rules =
        [
            (pod["automountServiceAccountToken"].Text == "false", "must have automountServiceAccountToken: false, for it asks the cluster nothing"),
            (pod["enableServiceLinks"].Text == "false", "must have enableServiceLinks: false, for the names of services are no settings"),
            (security["runAsNonRoot"].Text == "true", "must have securityContext.runAsNonRoot: true"),
            (security["runAsUser"].Text is not ("" or "0"), "must have a securityContext.runAsUser that is not root"),
            (security["seccompProfile", "type"].Text == "RuntimeDefault", "must have securityContext.seccompProfile RuntimeDefault"),
            (!pod["hostNetwork"].IsPresent && !pod["hostPID"].IsPresent && !pod["hostIPC"].IsPresent, "must not share the host's network or processes"),
            (owner.Kind == "CronJob" == (pod["restartPolicy"].Text == "Never"), "must have restartPolicy Never exactly where it is a job"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => $"{owner.Title} {rule.Rule}");
    }

    private static IEnumerable<string> OfContainer(Resource owner, YamlTree pod, YamlTree container)
    {
        string title = $"{owner.Title}, container {container["name"].Text},";
        YamlTree security = container["securityContext"];
        string[] ports = [.. container["ports"].Items.Select(port => port["name"].Text)];
        string tag = container["image"].Text.Split('/')[^1].Split(':') is [_, string last] ? last : "";
        List<string> found = [];
        Require(tag is not ("" or "latest"), $"has the image {container["image"].Text}, which must name a version");
        Require(security["allowPrivilegeEscalation"].Text == "false", "must have allowPrivilegeEscalation: false");
        Require(security["readOnlyRootFilesystem"].Text == "true", "must have readOnlyRootFilesystem: true");
        Require(security["capabilities", "drop"].Texts.SequenceEqual(["ALL"]) && !security["capabilities", "add"].IsPresent, "must drop ALL capabilities and add none");
        Require(security["privileged"].Text is "" or "false", "must not be privileged");
        foreach (string resource in (string[])["cpu", "memory"])
        {
            double request = Quantity(container["resources", "requests", resource].Text);
            double limit = Quantity(container["resources", "limits", resource].Text);
            Require(request > 0 && request <= limit, $"must request some {resource} and at most its limit of it");
        }

        if (owner.IsLongRunning)
        {
            foreach (string name in Probes)
            {
                YamlTree probe = container[name];
                Require(probe.IsPresent, $"must have a {name}");
                foreach (YamlTree port in ((YamlTree[])[probe["httpGet", "port"], probe["tcpSocket", "port"]]).Where(port => port.IsPresent))
                {
                    Require(ports.Contains(port.Text), $"asks in its {name} the port {port.Text}, which it has not");
                }
            }
        }

        string[] volumes = [.. pod["volumes"].Items.Select(volume => volume["name"].Text), .. owner.Claims];
        foreach (string mounted in container["volumeMounts"].Items.Select(mount => mount["name"].Text))
        {
            Require(volumes.Contains(mounted), $"mounts {mounted}, which is no volume of the pod");
        }

        return found;

        void Require(bool holds, string rule)
        {
            if (!holds)
            {
                found.Add($"{title} {rule}");
            }
        }
    }

    private static IEnumerable<string> OfVolumes(Resource owner, YamlTree pod)
    {
        string[] mounted = [.. Containers(pod).SelectMany(container => container["volumeMounts"].Items).Select(mount => mount["name"].Text)];
        foreach (YamlTree volume in pod["volumes"].Items)
        {
            string name = volume["name"].Text;
            if (!mounted.Contains(name))
            {
                yield return $"{owner.Title} has the volume {name}, which no container mounts";
            }

            if (volume["hostPath"].IsPresent)
            {
                yield return $"{owner.Title} has the volume {name} on its host";
            }
        }
    }
}
