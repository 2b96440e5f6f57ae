using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Plugins;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>An experiment with its data read and its problem made: all that can be wrong with them has been found.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Problem">Its problem; safe to share between runs.</param>
/// <param name="Data">Its data; null when the problem makes its own.</param>
internal sealed record PreparedExperiment(Experiment Experiment, IProblem Problem, ShardedSet? Data)
{
    /// <summary>Shards whose labels are shown before a run.</summary>
    private const int HistogramLines = 8;

    /// <summary>Makes the experiment's participants.</summary>
    public ExperimentFactory Factory => new(Experiment.Algorithm, Experiment.AlgorithmOptions, Experiment.ToSetup(Problem));

    /// <summary>The same, but neighbours show their state in every round that is observed, for checkers.</summary>
    public ExperimentFactory ShowingFactory => !Experiment.IsGraph ? Factory : new(
        Experiment.Algorithm, Experiment.AlgorithmOptions, Experiment.ToSetup(Problem) with { Graph = Experiment.Graph with { ShowsState = true } });

    /// <summary>Reads the data and makes the problem.</summary>
    /// <param name="experiment">What to prepare.</param>
    /// <param name="locator">Where data sets lie.</param>
    /// <param name="tell">Takes a line about the data.</param>
    /// <exception cref="ConfigurationException">The data or the problem cannot be made as the experiment says; the message names the key.</exception>
    public static PreparedExperiment Prepare(Experiment experiment, DataLocator locator, Action<string> tell) =>
        Prepare(experiment, of => DataSetLoader.LoadFor(of, locator), tell);

    /// <summary>Gets the data and makes the problem.</summary>
    /// <param name="experiment">What to prepare.</param>
    /// <param name="load">Gives the shards of an experiment.</param>
    /// <param name="tell">Takes a line about the data.</param>
    /// <exception cref="ConfigurationException">As above.</exception>
    public static PreparedExperiment Prepare(Experiment experiment, Func<Experiment, ShardedSet> load, Action<string> tell)
    {
        ExperimentOptions options = experiment.Options;
        if (!experiment.Problem.NeedsData)
        {
            return Checked(new PreparedExperiment(experiment, Selected(experiment, CreateProblem(experiment, null), tell), null), tell);
        }

        Stopwatch watch = Stopwatch.StartNew();
        ShardedSet data = LoadData(experiment, load);
        if (experiment.Problem.Levels > 1 && data.Shards.Any(shard => shard.ValidationRows.IsEmpty))
        {
            throw experiment.ErrorAt(
                "data.sharding.validation-fraction",
                "data.sharding.validation-fraction is 0; it must be more than 0, since the upper level is judged on validation rows.");
        }

        PreparedExperiment prepared = Checked(new(experiment, Selected(experiment, CreateProblem(experiment, data), tell), data), tell);
        tell($"data: {options.Data.Set}, {data.Shards.Length} shards of {data.Shards.Min(Rows)} to {data.Shards.Max(Rows)} rows, "
            + $"{data.TestRows} test rows ({watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
        if (data is ShardedData labelled)
        {
            tell(LabelHistogram.Of(labelled).ToText(HistogramLines));
        }

        return prepared;
    }

    /// <summary>Neighbours' settings that do not go together, or do not suit the algorithm, are found here and not by a neighbour.</summary>
    private static PreparedExperiment Checked(PreparedExperiment prepared, Action<string> tell)
    {
        Experiment experiment = prepared.Experiment;
        if (experiment.Algorithm.MisfitOf(experiment.AlgorithmOptions, prepared.Problem) is SettingMisfit refused)
        {
            string key = refused.Key.Length == 0 ? "problem" : $"{experiment.Algorithm.Name}.{refused.Key}";
            string value = refused.Key.Length == 0 ? $" is '{experiment.Problem.Name}', whose model" : "";
            throw experiment.ErrorAt(key, $"{key}{value} {refused.Reason}");
        }

        if (prepared.Experiment.IsGraph)
        {
            try
            {
                GraphSetup graph = prepared.Experiment.Graph;
                ImmutableArray<ParticipantSpec> participants = prepared.Experiment.ToPlan("checked").Participants;
                foreach (int index in graph.Attackers.Take(1).Append(0)) // an attacker's data may be another matter
                {
                    prepared.Factory.Create(participants[index], 1, null);
                }
            }
            catch (Exception misfit) when (misfit is ArgumentException or NotSupportedException)
            {
                throw prepared.Experiment.ErrorAt("graph", $"{prepared.Experiment.Algorithm.Name} cannot run on this graph: {misfit.Message}");
            }

            StepCheck.Require(prepared.Experiment, prepared.Problem, tell);
        }
        else if (prepared.Experiment.Options.Participation is { Policy: ParticipationPolicyKind.Synchronous, Cohort: not null })
        {
            try
            {
                prepared.Factory.Create(new ParticipantSpec(ParticipantId.Master), 1, null); // a draw may ask for more than the problem has
            }
            catch (ArgumentException misfit)
            {
                throw prepared.Experiment.ErrorAt("participation.sampling", $"participation.sampling does not go with {prepared.Experiment.Problem.Name}: {misfit.Message}");
            }
        }

        return prepared;
    }

    private static ShardedSet LoadData(Experiment experiment, Func<Experiment, ShardedSet> load)
    {
        ExperimentOptions options = experiment.Options;
        try
        {
            return load(experiment);
        }
        catch (DataSetException unusable)
        {
            throw experiment.ErrorAt("data.set", unusable.Message);
        }
        catch (ArgumentException misfit)
        {
            throw experiment.ErrorAt(
                "data.sharding", $"the shards of '{options.Data.Set}' cannot be made: {KeyWords.InKeys(misfit.Message, "data.sharding", typeof(ShardingOptions))}");
        }
    }

    private static IProblem CreateProblem(Experiment experiment, ShardedSet? data)
    {
        if (experiment.Catalogue.PartOf(experiment.Problem) is { } own)
        {
            return new PluginProbe(own).Create(() => experiment.CreateProblem(data), experiment.Options.Workers, experiment.Options.Seed);
        }

        try
        {
            IProblem problem = experiment.CreateProblem(data);
            for (int shard = 0; shard < problem.ShardCount; shard++)
            {
                problem.CheckShard(shard); // a shard that cannot be used is found here, not by a worker
            }

            return problem;
        }
        catch (Exception misfit) when (misfit is ArgumentException or ArithmeticException)
        {
            string section = experiment.Options.Problem;
            string words = KeyWords.InKeys(misfit.Message, section, experiment.Problem.OptionsType);
            words = KeyWords.InKeys(words, "data.sharding", typeof(ShardingOptions));
            throw experiment.ErrorAt(
                section, $"the problem cannot be made: {words} Check section {section}.");
        }
    }

    /// <summary>The problem over the rows that are selected.</summary>
    private static IProblem Selected(Experiment experiment, IProblem problem, Action<string> tell)
    {
        RowSelection selection = experiment.Options.Selection;
        if (selection.Rule == SelectionRule.All)
        {
            return problem;
        }

        try
        {
            IProblem selected = problem.Select(selection, experiment.Options.Seed);
            for (int shard = 0; shard < selected.ShardCount; shard++)
            {
                selected.CheckShard(shard);
            }

            tell(string.Create(CultureInfo.InvariantCulture, $"selection: {ScalarText.KebabCase(selection.Rule.ToString())}, {selection.Rate} of a shard's rows in an epoch")
                + (selection is { Rule: SelectionRule.Soft, LabelProbabilities.IsEmpty: true } ? $"; about 99 % of them within {EpochsToSee(selection.Rate)}" : ""));
            return selected;
        }
        catch (Exception misfit) when (misfit is ArgumentException or NotSupportedException)
        {
            string words = KeyWords.InKeys(misfit.Message, "selection", typeof(RowSelection));
            throw experiment.ErrorAt("selection.rule", $"selection does not go with {experiment.Problem.Name}: {words} Or set selection.rule = all.");
        }
    }

    /// <summary>Of many rows: how many there are hardly matters.</summary>
    private static string EpochsToSee(double rate)
    {
        const long Rows = 1_000_000;
        long epochs = SoftSamplingLaw.EpochsToCover(Rows, Math.Max(1, (long)(rate * Rows)), 0.99);
        return $"{epochs} epoch{(epochs == 1 ? "" : "s")}";
    }

    private static int Rows(Shard shard) => shard.TrainRows.Length + shard.ValidationRows.Length;
}
