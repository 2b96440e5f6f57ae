using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>What is known of a run before it starts, and how it is recorded, whoever carries it out.</summary>
internal static class RunHeads
{
    /// <summary>Version of this program, with its commit.</summary>
    public static string Build { get; } =
        typeof(RunHeads).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>What is known of a run.</summary>
    public static RunHead Make(PreparedExperiment prepared, string id, DateTimeOffset startedAt, string command, Catalogue catalogue) => new()
    {
        RunId = id,
        Algorithm = prepared.Experiment.Options.Algorithm,
        Problem = prepared.Experiment.Options.Problem,
        Engine = ScalarText.NameOf(prepared.Experiment.Options.Engine.Kind),
        Seed = prepared.Experiment.Options.Seed,
        Build = Build,
        Workers = prepared.Experiment.Options.Workers,
        IsGraph = prepared.Experiment.IsGraph,
        StartedAt = startedAt,
        Plan = prepared.Experiment.Plan,
        Command = command,
        StepLimit = prepared.Experiment.Options.Stop.Steps,
        Plugins = [.. catalogue.Plugins.Select(plugin => plugin.Identity)],
        Environment = Describe(catalogue),
        Labels = prepared.Data is ShardedData labelled ? LabelHistogram.Of(labelled) : null,
        ClassNames = prepared.Data is ShardedData named ? named.Train.ClassNames : [],
        GapDefinition = "Euclidean norm of the gradient of the unregularised Lagrangian, its dual part by projection (ADBO, section 4)",
    };

    /// <summary>How it is recorded.</summary>
    public static RecorderOptions ToRecord(PreparedExperiment prepared)
    {
        Experiment experiment = prepared.Experiment;
        return new RecorderOptions
        {
            RecordEvery = experiment.Options.Run.RecordEvery,
            Evaluate = model => experiment.Evaluate(prepared.Problem, model),
            Neighbours = experiment.IsGraph ? inner => (NeighbourSummary)experiment.Summed(inner) : null,
        };
    }

    private static ImmutableArray<KeyValuePair<string, string>> Describe(Catalogue catalogue) =>
    [
        new("build", Build),
        .. catalogue.Plugins.Select(plugin => KeyValuePair.Create("plug-in", plugin.Identity)),
        new("runtime", RuntimeInformation.FrameworkDescription),
        new("system", $"{RuntimeInformation.OSDescription.Trim()} ({RuntimeInformation.ProcessArchitecture})"),
        new("processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
    ];
}
