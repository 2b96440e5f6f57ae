using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;
using ActorFed.Host.Runs;
using ActorFed.Host.Topologies;

namespace ActorFed.Host.Experiments;

/// <summary>What an experiment says of its graph, as a run needs it.</summary>
internal static class GraphExperiment
{
    private const int DrawsOfAttackers = 1000;

    /// <summary>What the neighbours agree on.</summary>
    /// <exception cref="ConfigurationException">The graph cannot be made, or settings do not go together.</exception>
    public static GraphSetup SetupOf(Experiment experiment)
    {
        ExperimentOptions options = experiment.Options;
        GraphOptions graph = options.Graph;
        Topology lower = Load(experiment, "graph.topology", graph);
        ImmutableArray<int> attackers = DrawAttackers(experiment, lower);
        return new GraphSetup
        {
            Lower = lower,
            Upper = graph.UpperTopology is string upper ? Load(experiment, "graph.upper-topology", graph with { Topology = upper }) : lower,
            Auxiliary = graph.AuxiliaryTopology is string auxiliary ? Load(experiment, "graph.auxiliary-topology", graph with { Topology = auxiliary }) : lower,
            RoundLimit = options.Stop.Steps,
            Seed = options.Seed,
            StalenessBound = graph.StalenessBound,
            Compressor = graph.Compression.Create(),
            Feedback = graph.Compression.Feedback,
            ConsensusStep = graph.Compression.ConsensusStep,
            Acceptance = graph.Acceptance.Create(options.Stop.Steps),
            Attackers = attackers,
            Attack = graph.Attack.Create(graph.Acceptance, options.Stop.Steps),
            SnapshotEvery = graph.SnapshotEvery,
            RecordEvery = options.Run.RecordEvery,
            ModelEvery = options.Run.ModelEvery,
            AskAgainAfter = options.Patience.AskAgainAfter,
            LostAfter = options.Patience.LostAfter,
            OnLoss = options.Patience.OnLoss,
        };
    }

    /// <summary>Sums up what the neighbours of a run show, for an observer that wants to see one run.</summary>
    /// <param name="setup">What the neighbours agree on.</param>
    /// <param name="inner">Wants to see one run.</param>
    /// <param name="joins">Whether each of them owns a part of the model.</param>
    public static NeighbourSummary Summarise(GraphSetup setup, IRunObserver inner, bool joins) =>
        new(inner, setup.Lower.Count, setup.Attackers, setup.RoundLimit, joins);

    /// <summary>
    /// Test metrics of a mean model, and of the honest participant that is worst off where they are asked for: the largest loss, and the
    /// largest error, 1 − accuracy (Max.TER in the literature on attacks).
    /// </summary>
    public static ImmutableArray<Measure> Evaluate(IProblem problem, ModelObserved model, bool each)
    {
        ImmutableArray<Measure> ofMean = problem.Evaluate(model);
        if (!each || model.Locals.IsEmpty)
        {
            return ofMean;
        }

        ImmutableArray<Measure>[] all = [.. model.Locals.Select(problem.Evaluate)];
        return
        [
            .. ofMean,
            .. ofMean.Select((measure, m) => measure.Name.EndsWith("accuracy", StringComparison.Ordinal)
                ? new Measure($"max-{measure.Name.Replace("accuracy", "error", StringComparison.Ordinal)}", 1 - all.Min(of => of[m].Value))
                : new Measure($"max-{measure.Name}", all.Max(of => of[m].Value))),
        ];
    }

    /// <summary>What a person should know before the run: attackers that the defence is not made for.</summary>
    public static IEnumerable<string> Warnings(GraphSetup setup)
    {
        if (setup.Attack is null)
        {
            yield break;
        }

        MixingMatrix matrix = setup.Lower.At(0);
        (int over, int most, int tolerated) = (0, 0, 0);
        for (int i = 0; i < matrix.Count; i++)
        {
            if (setup.IsAttacker(i))
            {
                continue;
            }

            int attackers = matrix.Row(i).ToArray().Count(weight => setup.IsAttacker(weight.Neighbour));
            int may = setup.Acceptance?.ToleratedAttackers(matrix.Row(i).Length) ?? 0;
            if (attackers > may)
            {
                over++;
                (most, tolerated) = attackers > most ? (attackers, may) : (most, tolerated);
            }
        }

        if (over > 0)
        {
            yield return $"{over} of {matrix.Count - setup.Attackers.Length} honest participants have more attackers among their neighbours than acceptance "
                + $"'{setup.Acceptance?.Name ?? "none"}' is made for: up to {most}, and it tolerates {tolerated} there.";
        }
    }

    private static Topology Load(Experiment experiment, string key, GraphOptions graph)
    {
        try
        {
            return TopologyLoader.Load(graph, experiment.Options.Workers, experiment.Options.Seed);
        }
        catch (ArgumentException misfit)
        {
            throw experiment.ErrorAt(key, misfit.Message);
        }
    }

    private static ImmutableArray<int> DrawAttackers(Experiment experiment, Topology topology)
    {
        int count = experiment.Options.Graph.Attackers;
        int[] all = [.. Enumerable.Range(0, topology.Count)];
        SeededRandom random = new(experiment.Options.Seed, "attackers");
        for (int draw = 0; draw < DrawsOfAttackers && count > 0; draw++)
        {
            random.Shuffle<int>(all);
            HashSet<int> attackers = [.. all.Take(count)];
            if (HonestAreConnected(topology, attackers))
            {
                return [.. attackers.Order()];
            }
        }

        return count == 0 ? [] : throw experiment.ErrorAt(
            "graph.attackers",
            $"graph.attackers is {count}, and in none of {DrawsOfAttackers} draws did the other {topology.Count - count} stay connected on this graph. Have fewer, or more edges.");
    }

    private static bool HonestAreConnected(Topology topology, HashSet<int> attackers)
    {
        int[] honest = [.. Enumerable.Range(0, topology.Count).Except(attackers)];
        int[] distances = BreadthFirst.Distances(topology.Count, honest[0], i => [.. topology.ReceiversOf(i).Where(j => !attackers.Contains(j))]);
        return honest.All(i => distances[i] >= 0);
    }
}
