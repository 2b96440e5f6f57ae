using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class AsynchronousRunTests
{
    private const int MaxPlanes = 20;
    private const int MinActive = 2;
    private const int StalenessBound = 5;

    // Measured for these seeds, synchronous or not: 0.10, 0.21 and 0.14 of the distance at the start. Schedules differ from run to run.
    private const double DistanceLeft = 1.0 / 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Approaches_the_solution_and_keeps_every_bound(ulong seed)
    {
        QuadraticProblem problem = Cases.Quadratic(seed);
        PlaneChecker planes = new(MaxPlanes);
        Scenario scenario = new()
        {
            Problem = problem,
            Options = Cases.Paper with { MaxPlanes = MaxPlanes },
            Steps = 2000,
            Seed = seed,
            Participation = new AsynchronousParticipation(MinActive, StalenessBound),
            Oracle = Perturbation.Of(seed),
            Participant = (id, participant) => id.Role == Role.Worker
                ? new Intercepted(participant) { OnReceive = (_, message) => planes.Check(message) }
                : participant,
        };

        Ended ended = await scenario.CompleteAsync();

        Assert.All(ended.Steps, step => Assert.InRange(step.Active.Length, MinActive, problem.ShardCount));
        Assert.All(ended.Steps, step => Assert.InRange(step.Staleness.Max(), 0, StalenessBound - 1));
        Assert.InRange(planes.Most, 1, MaxPlanes);
        Assert.Empty(ended.Log.Acts);
        double start = Distance(problem, problem.InitialUpper(new SeededRandom(seed, "adbo/v")), problem.InitialLower(new SeededRandom(seed, "adbo/z")));
        double end = Distance(problem, ended.Model.Upper, ended.Model.Lower);
        Assert.True(end <= DistanceLeft * start, $"The run ended {end} away from the solution; it began {start} away.");
    }

    [Fact]
    public async Task Waits_for_a_straggler_at_the_bound_and_no_earlier()
    {
        using StepGate gate = new();
        int calls = 0;
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(4),
            Options = Cases.Paper with { RefreshEvery = 1000 }, // a refresh would wait for the straggler too
            Steps = 8 * StalenessBound,
            Participation = new AsynchronousParticipation(MinActive, StalenessBound),
            Oracle = (shard, oracle) => shard == 0
                ? new DisturbedOracle(oracle, () => gate.WaitFor((calls++ * StalenessBound) + StalenessBound - 1))
                : oracle,
            OnObserved = observation => gate.Count(observation is StepObserved),
        };

        Ended ended = await scenario.CompleteAsync();

        IEnumerable<StepObserved> withStraggler = ended.Steps.Where(step => step.Active.Contains(0));
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (long)i * StalenessBound), withStraggler.Select(step => step.Step));
        Assert.All(withStraggler, step => Assert.Equal(StalenessBound - 1, step.Staleness[step.Active.IndexOf(0)]));
    }

    private static double Distance(QuadraticProblem problem, FlatVector upper, FlatVector lower) =>
        problem.Evaluate(upper, lower).Single(measure => measure.Name == "distance-to-solution").Value;

    /// <summary>Holds a caller until so many steps were made.</summary>
    private sealed class StepGate : IDisposable
    {
        private readonly SemaphoreSlim _changed = new(0);
        private long _steps;

        public void Count(bool isStep)
        {
            if (isStep)
            {
                Interlocked.Increment(ref _steps);
                _changed.Release();
            }
        }

        public void WaitFor(long steps)
        {
            while (Interlocked.Read(ref _steps) < steps)
            {
                _changed.Wait();
            }
        }

        public void Dispose() => _changed.Dispose();
    }
}
