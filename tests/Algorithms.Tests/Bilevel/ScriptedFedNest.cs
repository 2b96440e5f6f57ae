using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>FedNest's rules without any star: whole epochs, with the workers that the test names.</summary>
internal sealed class ScriptedFedNest(
    FedNestOptions options, IReadOnlyList<IBilevelOracle> shards, FlatVector upper, FlatVector lower, ulong seed = 1)
{
    private readonly FedNestWorkerRule[] _workers = [.. shards.Select(shard => new FedNestWorkerRule(options, shard))];

    public FedNestMasterRule Rule { get; } = new(options, upper, lower, shards.Count, seed);

    /// <summary>Types of work done, one per exchange with the workers.</summary>
    public List<Type> Exchanges { get; } = [];

    /// <summary>One epoch in which some workers take part in the step, and some, perhaps others, in the stages after it.</summary>
    public void Epoch(int[] inStep, int[] inBarrier)
    {
        Rule.Step(Ask(inStep, Rule.StepWork, Rule.StateOf));
        bool[] isLive = [.. _workers.Select((_, i) => inBarrier.Contains(i))];
        IStarBarrier barrier = Rule.OpenBarrier(isLive)!;
        Assert.False(barrier.DrainsSteps);
        while (barrier.Advance(Ask(inBarrier, barrier.WorkFor, barrier.StateOf)))
        {
        }
    }

    /// <summary>Epochs of all workers.</summary>
    public void Epochs(int count)
    {
        int[] all = [.. Enumerable.Range(0, _workers.Length)];
        for (int i = 0; i < count; i++)
        {
            Epoch(all, all);
        }
    }

    private List<WorkerReport> Ask(int[] workers, Func<int, StarBody> workFor, Func<int, StarBody> stateOf)
    {
        List<WorkerReport> reports = [];
        foreach (int i in workers)
        {
            StarBody work = workFor(i);
            Assert.Null(_workers[i].ObjectionTo(stateOf(i), work));
            StarBody report = _workers[i].Do(stateOf(i), work).Report;
            Assert.Null(Rule.ObjectionTo(work, report));
            reports.Add(new WorkerReport(i, report));
        }

        Exchanges.Add(workFor(workers[0]).GetType());
        return reports;
    }
}
