using ActorFed.Repository.Tests;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

public sealed class ManifestTests
{
    private const string Dev = "k8s/overlays/dev";
    private const string Production = "k8s/overlays/production";
    private const string Akka = "k8s/overlays/akka";

    [KubectlTheory]
    [InlineData(Dev, "StatefulSet/postgres StatefulSet/rabbitmq")]
    [InlineData(Production, "RabbitmqCluster/actorfed-broker HorizontalPodAutoscaler/actorfed-node Certificate/actorfed-broker")]
    [InlineData(Akka, "StatefulSet/postgres NetworkPolicy/actorfed-akka")]
    public void An_overlay_is_whole_and_safe(string overlay, string titles)
    {
        IReadOnlyList<Resource> resources = YamlText.Resources(Kubectl.Render(overlay));

        string[] inAll = ["StatefulSet/actorfed-node", "CronJob/actorfed-submit", "PodDisruptionBudget/actorfed-node", "NetworkPolicy/actorfed"];
        Assert.Subset(resources.Select(resource => resource.Title).ToHashSet(), new HashSet<string>([.. inAll, .. titles.Split(' ')]));
        Expect.NoViolation(new ReferenceRules(resources).Violations());
    }

    [KubectlTheory]
    [InlineData("k8s/base")]
    public void The_base_can_be_rendered_and_lacks_only_what_overlays_bring(string folder)
    {
        IReadOnlyList<Resource> resources = YamlText.Resources(Kubectl.Render(folder));

        string[] violations = [.. new ReferenceRules(resources).Violations()];
        Assert.All(violations, violation => Assert.True(
            violation.EndsWith("which is not there", StringComparison.Ordinal) || violation.EndsWith("which must name a version", StringComparison.Ordinal), violation));
        Assert.Contains("StatefulSet/actorfed-node, volume store, needs the Secret actorfed-store, which is not there", violations);
    }

    [KubectlTheory]
    [InlineData("automountServiceAccountToken: false", "automountServiceAccountToken: true", "must have automountServiceAccountToken: false")]
    [InlineData("enableServiceLinks: false", "enableServiceLinks: true", "must have enableServiceLinks: false")]
    [InlineData("runAsNonRoot: true", "runAsNonRoot: false", "securityContext.runAsNonRoot: true")]
    [InlineData("runAsUser: 1654", "runAsUser: 0", "runAsUser that is not root")]
    [InlineData("type: RuntimeDefault", "type: Unconfined", "seccompProfile RuntimeDefault")]
    [InlineData("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "allowPrivilegeEscalation: false")]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "readOnlyRootFilesystem: true")]
    [InlineData("- ALL", "- NET_RAW", "must drop ALL capabilities")]
    [InlineData("restartPolicy: Never", "restartPolicy: OnFailure", "restartPolicy Never exactly where it is a job")]
    [InlineData("image: actorfed:dev", "image: actorfed:latest", "must name a version")]
    [InlineData("image: actorfed:dev", "image: registry.example.org:5000/actorfed", "must name a version")]
    [InlineData("memory: 1Gi", "memory: 1Mi", "must request some memory and at most its limit")]
    [InlineData("cpu: 250m", "cpu: many", "must request some cpu")]
    [InlineData("startupProbe:", "someProbe:", "must have a startupProbe")]
    [InlineData("port: health", "port: helth", "port helth, which")]
    [InlineData("  name: tmp\n", "  name: temp\n", "mounts temp, which is no volume")]
    [InlineData("emptyDir: {}", "hostPath: {path: /var}", "on its host")]
    [InlineData("name: ACTORFED_CONF_broker_user\n          valueFrom:\n            secretKeyRef:\n              key: username", "name: U\n          valueFrom:\n            secretKeyRef:\n              key: user", "needs the key user of the Secret")]
    [InlineData("secretName: actorfed-store-", "secretName: store-", "which is not there")]
    [InlineData("namespace: actorfed", "namespace: other", "must be in actorfed")]
    [InlineData("kind: PodDisruptionBudget\nmetadata:\n  labels:\n    app.kubernetes.io/component: node\n    app.kubernetes.io/name: actorfed", "kind: PodDisruptionBudget\nmetadata:\n  labels:\n    app: x", "must have the label")]
    [InlineData("serviceName: actorfed-node", "serviceName: actorfed", "names the service 'actorfed'")]
    [InlineData("targetPort: health", "targetPort: probe", "leads to the port probe")]
    [InlineData("  selector:\n    app.kubernetes.io/component: node", "  selector:\n    app.kubernetes.io/component: nodes", "selects no pods")]
    [InlineData("maxUnavailable: 1\n  selector:\n    matchLabels:\n      app.kubernetes.io/component: node", "maxUnavailable: 1\n  selector:\n    matchLabels:\n      app.kubernetes.io/component: nodes", "which no pods are")]
    [InlineData("  policyTypes:\n  - Ingress", "  policyTypes:\n  - Egress", "so that they do nothing")]
    [InlineData("topologySpreadConstraints:\n      - labelSelector:\n          matchLabels:\n            app.kubernetes.io/component: node", "topologySpreadConstraints:\n      - labelSelector:\n          matchLabels:\n            app.kubernetes.io/component: x", "must spread its own pods")]
    public void Finds_what_is_wrong_in_the_overlay_for_trying(string right, string wrong, string violation) => AssertFound(Dev, right, wrong, violation);

    [KubectlTheory]
    [InlineData("kind: StatefulSet\n    name: actorfed-node", "kind: StatefulSet\n    name: node", "scales StatefulSet/node, which is not there")]
    [InlineData("  podManagementPolicy: Parallel", "  replicas: 3\n  podManagementPolicy: Parallel", "its target says so too")]
    [InlineData("tls:\n    disableNonTLSListeners: true\n    secretName: actorfed-broker-tls", "tls:\n    secretName: x", "needs 'x', which no Certificate makes")]
    [InlineData("  issuerRef:\n    kind: Issuer\n    name: actorfed-authority", "  issuerRef:\n    kind: Issuer\n    name: x", "needs 'x', which no Issuer makes")]
    [InlineData("  ca:\n    secretName: actorfed-authority", "  ca:\n    secretName: x", "needs 'x', which no Certificate makes")]
    [InlineData("    - podSelector:\n        matchLabels:\n          app.kubernetes.io/name: actorfed-broker", "    - podSelector:\n        matchLabels:\n          app.kubernetes.io/name: broker", "which no pods are")]
    [InlineData("    to:\n    - ipBlock:\n        cidr: 192.0.2.1/32\n", "", "lets egress pass with anybody")]
    public void Finds_what_is_wrong_in_the_overlay_for_production(string right, string wrong, string violation) => AssertFound(Production, right, wrong, violation);

    [KubectlTheory]
    [InlineData("targetPort: akka", "targetPort: akak", "leads to the port akak")]
    [InlineData("      name: akka\n", "      name: akak\n", "leads to the port akka")]
    [InlineData("  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app.kubernetes.io/component: node", "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app.kubernetes.io/component: nodes", "which no pods are")]
    public void Finds_what_is_wrong_in_the_overlay_without_a_broker(string right, string wrong, string violation) => AssertFound(Akka, right, wrong, violation);

    [Theory]
    [InlineData("250m", 0.25)]
    [InlineData("2", 2)]
    [InlineData("512Mi", 512.0 * 1024 * 1024)]
    [InlineData("1Gi", 1024.0 * 1024 * 1024)]
    public void Quantities_are_read(string text, double number) => Assert.Equal(number, PodRules.Quantity(text));

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    [InlineData("1GB")]
    public void What_is_no_quantity_is_none(string text) => Assert.True(double.IsNaN(PodRules.Quantity(text)));

    private static void AssertFound(string overlay, string right, string wrong, string violation)
    {
        string text = Kubectl.Render(overlay);
        int place = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(place >= 0, $"{overlay} has no '{right}' to change.");

        string[] violations = [.. new ReferenceRules(YamlText.Resources(string.Concat(text.AsSpan(0, place), wrong, text.AsSpan(place + right.Length)))).Violations()];

        Assert.Contains(violations, found => found.Contains(violation, StringComparison.Ordinal));
    }
}
