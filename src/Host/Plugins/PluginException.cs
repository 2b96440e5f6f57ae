namespace ActorFed.Host.Plugins;

/// <summary>A plug-in cannot be used. The message names the file, the type where it is one type's fault, and the way out.</summary>
internal sealed class PluginException : Exception
{
    public PluginException(string file, string problem, Exception? cause = null)
        : base($"plug-in {file}: {problem}", cause)
    {
    }

    public PluginException(string file, Type type, string problem, Exception? cause = null)
        : this(file, $"{type.FullName} {problem}", cause)
    {
    }
}
