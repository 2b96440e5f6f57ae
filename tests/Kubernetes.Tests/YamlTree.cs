using YamlDotNet.RepresentationModel;

namespace ActorFed.Kubernetes.Tests;

/// <summary>A place in a YAML document. What is not there is an empty place, so that a path may be asked for at once.</summary>
internal sealed class YamlTree(YamlNode? node)
{
    /// <summary>The place below this one that the keys lead to.</summary>
    public YamlTree this[params ReadOnlySpan<string> keys]
    {
        get
        {
            YamlNode? found = node;
            foreach (string key in keys)
            {
                found = found is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;
            }

            return new YamlTree(found);
        }
    }

    /// <summary>Whether there is anything.</summary>
    public bool IsPresent => node is not null;

    /// <summary>The scalar here; empty when there is none.</summary>
    public string Text => (node as YamlScalarNode)?.Value ?? "";

    /// <summary>The items of the list here.</summary>
    public IEnumerable<YamlTree> Items => (node as YamlSequenceNode)?.Select(item => new YamlTree(item)) ?? [];

    /// <summary>The scalars of the list here.</summary>
    public IEnumerable<string> Texts => Items.Select(item => item.Text);

    /// <summary>The fields of the mapping here.</summary>
    public IEnumerable<(string Key, YamlTree Value)> Fields =>
        (node as YamlMappingNode)?.Select(pair => (((YamlScalarNode)pair.Key).Value ?? "", new YamlTree(pair.Value))) ?? [];

    /// <summary>Whether each scalar of this mapping stands in the other one; so a selector finds labels. One without any finds none.</summary>
    public bool Selects(YamlTree labels) => Fields.Any() && Fields.All(pair => labels[pair.Key].Text == pair.Value.Text);
}
