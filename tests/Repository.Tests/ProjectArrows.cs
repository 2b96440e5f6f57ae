using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ActorFed.Repository.Tests;

/// <summary>Which project may reference which, and which packages. <c>docs/architecture.md</c> says why.</summary>
internal static partial class ProjectArrows
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Algorithms"] = [],
        ["Tensors"] = [],
        ["Problems"] = ["Algorithms", "Tensors"],
        ["Problems.Torch"] = ["Algorithms", "Tensors", "Problems"],
        ["Actors"] = ["Algorithms"],
        ["Wire"] = ["Algorithms"],
        ["Engines"] = ["Actors"],
    };

    private static readonly string[] ForClusters = ["Actors", "Wire"];

    /// <summary>The wire's own code generator and its runtime: a way to write bytes, not to send them.</summary>
    private static readonly string[] ForWire = ["Google.Protobuf", "Grpc.Tools"];

    /// <summary>The bindings of libtorch, and the package of libtorch itself.</summary>
    private static readonly string[] ForTorch = ["TorchSharp", "$(LibTorchPackage)"];

    /// <summary>What a user's own problem is written with.</summary>
    private static readonly string[] ForExamples = ["Algorithms", "Tensors", "Problems"];

    /// <summary>What is wrong with the project file at <paramref name="path"/>.</summary>
    /// <param name="path">Relative to the repository root, with <c>/</c>.</param>
    /// <param name="xml">Its content.</param>
    public static IEnumerable<string> Violations(string path, string xml)
    {
        XDocument project = XDocument.Parse(xml);
        foreach (string reference in Includes(project, "ProjectReference"))
        {
            string target = Resolve(path, reference.Replace('\\', '/'));
            if (!MayReference(path, target))
            {
                yield return $"{path} must not reference {target}";
            }
        }

        foreach (string package in Includes(project, "PackageReference").Concat(Includes(project, "FrameworkReference")))
        {
            if (!MayUse(path, package))
            {
                yield return $"{path} must not use package {package}";
            }
        }

        if (path.StartsWith("src/", StringComparison.Ordinal) && !IsKnown(Layer(path)))
        {
            yield return $"{path} has no place in the layers; give it one here and in docs/architecture.md";
        }
    }

    /// <summary>The projects among <paramref name="paths"/> that <paramref name="solution"/> does not name.</summary>
    public static IEnumerable<string> MissingFrom(string solution, IEnumerable<string> paths) => paths
        .Where(path => !solution.Contains($"\"{path.Replace('/', '\\')}\"", StringComparison.Ordinal))
        .Select(path => $"{path} is not in ActorFed.sln: dotnet sln add {path}");

    private static bool MayReference(string from, string to)
    {
        bool isProduct = to.StartsWith("src/", StringComparison.Ordinal);
        if (from.StartsWith("src/", StringComparison.Ordinal))
        {
            string layer = Layer(from);
            return isProduct && (layer == "Host"
                || (IsCluster(layer) ? ForClusters.Contains(Layer(to)) : Arrows.TryGetValue(layer, out string[]? allowed) && allowed.Contains(Layer(to))));
        }

        bool isExample = from.StartsWith("examples/", StringComparison.Ordinal);
        return isExample
            ? isProduct && ForExamples.Contains(Layer(to))
            : isProduct || to.StartsWith("tests/", StringComparison.Ordinal) || to.StartsWith("examples/", StringComparison.Ordinal);
    }

    private static bool MayUse(string path, string package)
    {
        if (!path.StartsWith("src/", StringComparison.Ordinal))
        {
            return !path.StartsWith("examples/", StringComparison.Ordinal); // tests and benchmarks may
        }

        string layer = Layer(path);
        return IsCluster(layer)
            || (layer == "Wire" && ForWire.Contains(package))
            || (layer == "Problems.Torch" && ForTorch.Contains(package))
            || (layer == "Algorithms" && package == "System.Numerics.Tensors")
            || (layer == "Host" && !Networking().IsMatch(package));
    }

    private static bool IsKnown(string layer) => Arrows.ContainsKey(layer) || layer == "Host" || IsCluster(layer);

    private static bool IsCluster(string layer) => layer.StartsWith("Cluster.", StringComparison.Ordinal);

    private static string Layer(string path) => path.Split('/')[1];

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")?.Value ?? "(no Include)");

    private static string Resolve(string from, string reference)
    {
        List<string> parts = [.. from.Split('/')[..^1]];
        foreach (string part in reference.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"^(RabbitMQ|Akka|Grpc|Google\.Protobuf|NetMQ|MassTransit|Confluent|NATS|MQTTnet|Npgsql)", RegexOptions.IgnoreCase)]
    private static partial Regex Networking();
}
