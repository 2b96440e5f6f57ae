using System.Collections;
using System.Collections.Immutable;
using System.Text;

namespace ActorFed.Host.Configuration;

/// <summary>Where a configuration comes from. Later sources win: reference, experiment, environment, settings.</summary>
internal sealed record ConfigurationSources
{
    /// <summary>Name of the reference in errors: its path in the repository.</summary>
    public const string ReferenceFile = "hocon/reference.conf";

    /// <summary>Text of reference.conf.</summary>
    public required string Reference { get; init; }

    /// <summary>Keys and defaults that plug-ins add to the reference.</summary>
    public ImmutableArray<ReferencePart> Additions { get; init; } = [];

    /// <summary>The experiment's file, or null for the reference alone.</summary>
    public string? ExperimentFile { get; init; }

    /// <summary>Environment variables: overrides by <see cref="EnvironmentOverrides"/>, and the last resort of substitutions.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Arguments such as <c>adbo.step-lower=0.1</c>; later ones win.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>The text of a file, or null when there is no such file.</summary>
    public Func<string, string?> ReadFile { get; init; } = static _ => null;

    /// <summary>This program's reference, the disk and the environment of this process.</summary>
    public static ConfigurationSources OfThisMachine(string? experimentFile, IEnumerable<string> settings) => new()
    {
        Reference = ReadReference(),
        ExperimentFile = experimentFile,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? ""),
        Settings = [.. settings],
        ReadFile = ReadFromDisk,
    };

    /// <summary>The reference.conf that this program was built with.</summary>
    public static string ReadReference()
    {
        using Stream stream = typeof(ConfigurationSources).Assembly.GetManifestResourceStream("reference.conf")
            ?? throw new InvalidOperationException($"The program was built without {ReferenceFile}; embed it as reference.conf.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string? ReadFromDisk(string file)
    {
        try
        {
            return File.ReadAllText(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigurationException(new Origin(file), "the file is not UTF-8 text; save it as UTF-8");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException(new Origin(file), $"the file cannot be read: {failure.Message}");
        }
    }
}
