using System.Collections.Immutable;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>One of the experiments to compare.</summary>
/// <param name="Label">What the results call it.</param>
/// <param name="File">Its file.</param>
/// <param name="Settings">Keys set on the command line.</param>
internal sealed record ComparedExperiment(string Label, string File, ImmutableArray<string> Settings)
{
    /// <summary>More could not be told apart in a plot.</summary>
    public const int Most = LinePlot.Colours;

    private const int MaxLabelLength = 40;

    /// <summary>The experiment, in the simulation.</summary>
    /// <param name="catalogue">What can stand in it.</param>
    /// <exception cref="Configuration.ConfigurationException">The file or a setting is wrong.</exception>
    public Experiment Load(Catalogue catalogue) => Experiment.Load(File, [.. Settings, "engine.kind=simulation"], catalogue).AllHere();

    /// <summary>Reads the experiments and overrides of a command line.</summary>
    /// <param name="experiments">Each <c>FILE</c> or <c>LABEL=FILE</c>; the label is else the file's name without <c>.conf</c>.</param>
    /// <param name="settings">
    /// <c>KEY=VALUE</c> of all experiments, or <c>LABEL:KEY=VALUE</c> of one: a colon before the first equals sign ends a label.
    /// </param>
    /// <exception cref="ArgumentException">There is none or there are too many, a label cannot be used, or is not known.</exception>
    public static ImmutableArray<ComparedExperiment> Parse(IReadOnlyList<string> experiments, IReadOnlyList<string> settings)
    {
        if (experiments.Count is 0 or > Most)
        {
            throw new ArgumentException(
                $"There are {experiments.Count} experiments; give 1 to {Most}, as many as a plot has colours: actorfed compare a.conf b.conf");
        }

        (string Label, string File)[] named = [.. experiments.Select(SplitLabel)];
        string[] labels = [.. named.Select(experiment => experiment.Label)];
        if (labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"'{twice.Key}' is the label of {twice.Count()} experiments; tell them apart: LABEL=FILE, such as b={named[0].File}.");
        }

        (string? Label, string Setting)[] overrides = [.. settings.Select(setting => SplitSetting(setting, labels))];
        return [.. named.Select(experiment => new ComparedExperiment(
            experiment.Label,
            experiment.File,
            [.. overrides.Where(o => o.Label is null || o.Label == experiment.Label).Select(o => o.Setting)]))];
    }

    private static (string Label, string File) SplitLabel(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        bool isNamed = equals >= 0 && !text[..equals].Contains('/', StringComparison.Ordinal); // a path may have an equals sign, too
        string file = isNamed ? text[(equals + 1)..] : text;
        string name = Path.GetFileName(file);
        string label = isNamed ? text[..equals] : name.EndsWith(".conf", StringComparison.Ordinal) ? name[..^".conf".Length] : name;
        if (file.Length == 0)
        {
            throw new ArgumentException($"'{text}' names no file; write FILE or LABEL=FILE.");
        }

        return label.Length is > 0 and <= MaxLabelLength && label.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '+')
            ? (label, file)
            : throw new ArgumentException(
                $"'{label}' cannot be a label; it must have 1 to {MaxLabelLength} letters, digits, '-', '_', '.' or '+'. Write LABEL=FILE, such as a={file}.");
    }

    private static (string? Label, string Setting) SplitSetting(string text, string[] labels)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        bool isOfOne = colon >= 0 && colon < equals;
        string? label = isOfOne ? text[..colon] : null;
        string setting = isOfOne ? text[(colon + 1)..] : text;
        if (label is not null && !labels.Contains(label))
        {
            throw new ArgumentException($"--set {text}: there is no experiment '{label}'; the labels are: {string.Join(", ", labels)}.");
        }

        return setting.Split('=')[0].Trim() is "seed" or "engine.kind"
            ? throw new ArgumentException($"--set {text}: seeds are those of --first-seed and --seeds, and the engine is the simulation. Leave it out.")
            : (label, setting);
    }
}
