using System.Text;

namespace ActorFed.Kubernetes.Tests;

/// <summary>The files that a container finds where config maps and secrets are mounted.</summary>
internal sealed class MountedFiles
{
    private readonly Dictionary<string, string> _files = [];

    /// <summary>Those of the first container of an object's pods.</summary>
    public MountedFiles(IReadOnlyList<Resource> resources, Resource owner)
    {
        ReferenceRules rules = new(resources);
        foreach (YamlTree mount in owner.PodSpec["containers"].Items.First()["volumeMounts"].Items)
        {
            YamlTree volume = owner.PodSpec["volumes"].Items.FirstOrDefault(volume => volume["name"].Text == mount["name"].Text, new YamlTree(null));
            foreach ((YamlTree source, string name, string kind) in ReferenceRules.Sources(volume))
            {
                Resource? given = resources.FirstOrDefault(resource => resource.Kind == kind && resource.Name == name);
                (string Key, string Path)[] items = source["items"].IsPresent
                    ? [.. source["items"].Items.Select(item => (item["key"].Text, item["path"].Text))]
                    : [.. (rules.KeysOf(kind, name) ?? []).Select(key => (key, key))];
                foreach ((string key, string path) in items.Where(item => rules.KeysOf(kind, name)?.Contains(item.Key) == true))
                {
                    _files[$"{mount["mountPath"].Text}/{path}"] = given is null ? "" : ValueOf(given, key);
                }
            }
        }
    }

    /// <summary>Their paths.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>The text of a file, or null. What the image brings lies under /app.</summary>
    public string? Read(string path) => _files.GetValueOrDefault(path);

    /// <summary>The value of a key of a config map or secret.</summary>
    public static string ValueOf(Resource given, string key) => given switch
    {
        { Kind: "Secret" } when given.Tree["data", key].IsPresent => Encoding.UTF8.GetString(Convert.FromBase64String(given.Tree["data", key].Text)),
        { Kind: "Secret" } => given.Tree["stringData", key].Text,
        _ => given.Tree["data", key].Text,
    };
}
