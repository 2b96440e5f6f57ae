using System.Collections.Immutable;
using ActorFed.Algorithms;
using ActorFed.Host.Configuration;
using ActorFed.Problems;

namespace ActorFed.Host.Plugins;

/// <summary>A file of a user's own, with the problems and algorithms that were found in it.</summary>
/// <param name="Path">The file as it was given.</param>
/// <param name="Identity">File name, version and SHA-256 on one line: what a run remembers of it.</param>
/// <param name="Problems">Its problems.</param>
/// <param name="Algorithms">Its algorithms.</param>
internal sealed record Plugin(
    string Path, string Identity, ImmutableArray<PluginPart<ProblemEntry>> Problems, ImmutableArray<PluginPart<IAlgorithm>> Algorithms)
{
    /// <summary>The name of the file that an identity begins with.</summary>
    public static string FileNameOf(string identity) => identity.Split(" version ")[0];
}

/// <summary>A problem or an algorithm of a plug-in.</summary>
/// <param name="File">The plug-in as it was given.</param>
/// <param name="Type">The class that stands for it.</param>
/// <param name="Value">What it adds to the catalogue.</param>
/// <param name="Defaults">Its section with the default of every key.</param>
internal sealed record PluginPart<T>(string File, Type Type, T Value, ReferencePart Defaults);
