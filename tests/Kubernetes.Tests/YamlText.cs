using YamlDotNet.RepresentationModel;

namespace ActorFed.Kubernetes.Tests;

/// <summary>Reads YAML.</summary>
internal static class YamlText
{
    /// <summary>The one document of a text.</summary>
    public static YamlTree Parse(string text) => Documents(text).Single();

    /// <summary>The objects that a text describes, in its order.</summary>
    public static IReadOnlyList<Resource> Resources(string text) =>
        [.. Documents(text).Select(tree => new Resource(tree["kind"].Text, tree["metadata", "name"].Text, tree))];

    private static IEnumerable<YamlTree> Documents(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return stream.Select(document => new YamlTree(document.RootNode));
    }
}
