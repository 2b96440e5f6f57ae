using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorFed.Algorithms;
using ActorFed.Host.Configuration;
using ActorFed.Problems;

namespace ActorFed.Host.Plugins;

/// <summary>
/// Loads a plug-in beside the program: what the program has is shared, so that both mean the same types; what it has not comes from
/// the folder of the plug-in.
/// </summary>
internal sealed partial class PluginLoader
{
    private readonly string _file; // as it was given, for errors

    private PluginLoader(string file) => _file = file;

    /// <summary>Loads a file and finds its problems and algorithms.</summary>
    /// <param name="file">Path of the assembly.</param>
    /// <exception cref="PluginException">It is missing, no assembly, built against another version, or has nothing that can be used.</exception>
    public static Plugin Load(string file) => new PluginLoader(file).Load();

    private Plugin Load()
    {
        string path = Path.GetFullPath(_file);
        string hash = HashOf(path);
        Assembly assembly = LoadAssembly(path);
        MustFitThisProgram(assembly);
        Type[] types = [.. TypesOf(assembly).Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false })];
        ImmutableArray<PluginPart<ProblemEntry>> problems = [.. types.Where(type => type.IsAssignableTo(typeof(IProblemPlugin))).Select(ProblemOf)];
        ImmutableArray<PluginPart<IAlgorithm>> algorithms = [.. types.Where(type => type.IsAssignableTo(typeof(IAlgorithm))).Select(AlgorithmOf)];
        if (problems.IsEmpty && algorithms.IsEmpty)
        {
            throw new PluginException(
                _file,
                $"there is no problem in it: none of its public classes implements {nameof(IProblemPlugin)} or {nameof(IAlgorithm)}. "
                + "Write one (examples/own-problem shows how), or make it public.");
        }

        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown";
        return new Plugin(_file, $"{Path.GetFileName(path)} version {version} sha256 {hash}", problems, algorithms);
    }

    private string HashOf(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PluginException(_file, "there is no such file. Build the plug-in, and give the path of its .dll: --plugin bin/Release/net10.0/Mine.dll", missing);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new PluginException(_file, $"the file cannot be read: {failure.Message} Give the path of a .dll that may be read.", failure);
        }
    }

    private Assembly LoadAssembly(string path)
    {
        try
        {
            AssemblyLoadContext context = new(path);
            Assembly assembly = context.LoadFromAssemblyPath(path);
            AssemblyDependencyResolver own = new(path);
            context.Resolving += (_, name) => own.ResolveAssemblyToPath(name) is string found ? context.LoadFromAssemblyPath(found) : null;
            return assembly;
        }
        catch (Exception failure) when (failure is BadImageFormatException or FileLoadException)
        {
            throw new PluginException(_file, "it is no .NET assembly that this program can load. Give the .dll that 'dotnet build' makes of the plug-in's project.", failure);
        }
    }

    private void MustFitThisProgram(Assembly assembly)
    {
        foreach (AssemblyName needed in assembly.GetReferencedAssemblies())
        {
            Version? shared = AssemblyLoadContext.Default.Assemblies.FirstOrDefault(own => own.GetName().Name == needed.Name)?.GetName().Version;
            if (IsOfThisProgram(needed) && shared is not null && shared != needed.Version)
            {
                throw new PluginException(
                    _file,
                    $"it was built against {needed.Name} {needed.Version}, and this program has {needed.Name} {shared}. "
                    + "Build it against this one, or use the program that it was built against.");
            }
        }
    }

    private static bool IsOfThisProgram(AssemblyName name) => name.Name?.StartsWith("ActorFed.", StringComparison.Ordinal) == true;

    private Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetExportedTypes();
        }
        catch (Exception failure) when (failure is TypeLoadException or ReflectionTypeLoadException)
        {
            throw OtherBuild(failure);
        }
        catch (FileNotFoundException missing)
        {
            throw new PluginException(
                _file,
                $"it needs {missing.FileName}, which is neither in this program nor beside the file. Build the plug-in so that what it needs lies in "
                + "its folder: <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies> in its project.",
                missing);
        }
    }

    private PluginException OtherBuild(Exception failure) => new(
        _file,
        $"it does not fit this build of the program, {typeof(IProblemPlugin).Assembly.GetName().Version}: {failure.Message} Build the plug-in again, against this one.",
        failure);

    private PluginPart<ProblemEntry> ProblemOf(Type type)
    {
        ProblemEntry entry = Ask(type, "gives no problem", () => ((IProblemPlugin)Create(type)).Entry)
            ?? throw new PluginException(_file, type, $"has null for {nameof(IProblemPlugin.Entry)}. Return the problem's entry.");
        return entry.Levels is 1 or 2 or 3
            ? Part(type, entry, entry.Name, entry.OptionsType)
            : throw new PluginException(_file, type, $"says that '{entry.Name}' has {entry.Levels} levels; a problem has 1, 2 or 3. Set {nameof(ProblemEntry.Levels)}.");
    }

    private PluginPart<IAlgorithm> AlgorithmOf(Type type)
    {
        IAlgorithm algorithm = Ask(type, "gives no algorithm", () => (IAlgorithm)Create(type));
        return Part(type, algorithm, algorithm.Name, algorithm.OptionsType);
    }

    private object Create(Type type)
    {
        ConstructorInfo constructor = type.GetConstructor([])
            ?? throw new PluginException(_file, type, "has no public constructor without parameters. Give it one.");
        return constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private PluginPart<T> Part<T>(Type type, T value, string name, Type optionsType)
    {
        if (!Name().IsMatch(name))
        {
            throw new PluginException(
                _file, type, $"is called '{name}' in experiments; a name has small letters, digits and single hyphens between them, such as own-problem.");
        }

        string defaults = Ask(type, $"has settings ({optionsType.Name}) that cannot be made", () => OptionsDefaults.Write(name, optionsType));
        return new PluginPart<T>(_file, type, value, new ReferencePart($"{Path.GetFileName(_file)} (defaults of {optionsType.Name})", defaults));
    }

    /// <summary>Calls the user's code, whose mistakes are told as such.</summary>
    private T Ask<T>(Type type, string otherwise, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (PluginException)
        {
            throw;
        }
        catch (Exception failure) when (failure is MissingMemberException or TypeLoadException)
        {
            throw OtherBuild(failure);
        }
        catch (Exception failure)
        {
            throw new PluginException(_file, type, $"{otherwise}: {UserCode.Describe(failure, type.Assembly)} Mend it, and build the plug-in again.", failure);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
