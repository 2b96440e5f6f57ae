using System.Text.RegularExpressions;
using ActorFed.Repository.Tests;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

/// <summary>The overlay of one's own that docs/kubernetes.md shows is one that works.</summary>
public sealed partial class OwnOverlayTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorfed-overlay-");

    public void Dispose() => _folder.Delete(recursive: true);

    [KubectlTheory]
    [InlineData("ghcr.io/you/actorfed:0.1.0", "database.example.net")]
    public void Brings_image_database_and_password_and_leaves_all_else(string image, string database)
    {
        const string Overlay = "k8s/overlays/production";
        string production = Path.GetRelativePath(_folder.FullName, Path.Combine(RepositoryFiles.Root, Overlay));
        Write("kustomization.yaml", Sample().Match(RepositoryFiles.Read("docs/kubernetes.md")).Value.Replace("../actorfed/" + Overlay, production));
        Write("cluster.conf", RepositoryFiles.Read(Overlay + "/cluster.conf").Replace("db.example.org", database));
        Write("network.yaml", RepositoryFiles.Read(Overlay + "/network.yaml").Split("\n---\n")[0].Replace("name: actorfed-servers", "name: database"));
        Write("store.env", "password=secret");
        Write("root.pem", "pem");

        IReadOnlyList<Resource> resources = YamlText.Resources(Kubectl.Render(_folder.FullName));

        Expect.NoViolation(new ReferenceRules(resources).Violations());
        Resource nodes = resources.Single(resource => resource.Title == "StatefulSet/actorfed-node");
        MountedFiles files = new(resources, nodes);
        Assert.Equal(image, nodes.PodSpec["containers"].Items.Single()["image"].Text);
        Assert.Contains(database, files.Read("/etc/actorfed/cluster.conf"));
        Assert.Equal(("secret", "pem"), (files.Read("/etc/actorfed-store/password"), files.Read("/etc/actorfed-store/root.pem")));
        Assert.Contains(resources, resource => resource.Title == "NetworkPolicy/database");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    [GeneratedRegex("(?<=```yaml\n# my-cluster/kustomization.yaml\n).*?(?=```)", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
