using System.Text;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Engines;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using RabbitMQ.Client;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>A worker that was written in Python from docs/wire.md alone, in runs whose other participants are of this program.</summary>
[Collection(WithBroker.Name)]
public sealed class PythonWorkerTests(PrivateBroker broker, PythonExample python) : IClassFixture<PythonExample>
{
    // The kernels here compute in float, numpy in double. A float has 24 bits, 6e-8, and sums of hundreds of terms lose a few of them:
    // measured were 1.5e-7. In a run the steps are short beside the variables: 1.2e-9; without the planes it would be 2e-2.
    private const double OracleTolerance = 1e-6;
    private const double RunTolerance = 1e-7;

    [Fact]
    public async Task Passes_its_own_tests()
    {
        (int code, string output) = await python.RunAsync("examples/python-worker/tests.py");

        Assert.True(code == 0, output);
        Assert.Contains("Ran ", output, StringComparison.Ordinal); // the form in which unittest counts
    }

    [Fact]
    public async Task Computes_what_the_oracle_here_computes()
    {
        IBilevelOracle oracle = new HyperCleaning(EdgeRun.Data, EdgeRun.Cleaning).CreateOracle(EdgeRun.Worker.Index);
        (int n, int m) = (oracle.UpperLength, oracle.LowerLength);
        double[] upper = Gaussians(n, "upper", 1);
        double[] lower = Gaussians(m, "lower", 0.05);
        double[] direction = Gaussians(m, "direction", 1);
        string shard = python.Write("oracle.csv", writer => ShardCsv.Write(writer, EdgeRun.Data, EdgeRun.Worker.Index));
        string query = python.Write("query.json", writer => writer.Write(JsonSerializer.Serialize(new { upper, lower, direction })));

        (int code, string output) = await python.RunAsync(
            "tests/Cluster.RabbitMq.Tests/oracle.py", shard, EdgeRun.WriteSettings(python, "oracle.json"), query);

        Assert.True(code == 0, output);
        JsonElement theirs = JsonDocument.Parse(output).RootElement;
        double[] gradient = new double[m];
        AssertNear([oracle.UpperLoss(upper, lower, [], gradient)], [theirs.GetProperty("upperLoss").GetDouble()], OracleTolerance);
        AssertNear(gradient, Vector(theirs, "upperGradient"), OracleTolerance);
        AssertNear([oracle.LowerLoss(upper, lower, [], gradient)], [theirs.GetProperty("lowerLoss").GetDouble()], OracleTolerance);
        AssertNear(gradient, Vector(theirs, "lowerGradient"), OracleTolerance);
        oracle.LowerHessianProduct(upper, lower, direction, gradient);
        AssertNear(gradient, Vector(theirs, "hessianProduct"), OracleTolerance);
        double[] cross = new double[n];
        oracle.LowerCrossProduct(upper, lower, direction, cross);
        AssertNear(cross, Vector(theirs, "crossProduct"), OracleTolerance);
    }

    [Fact]
    public async Task Takes_part_in_a_synchronous_run_that_ends_where_one_without_it_does()
    {
        const int steps = 25;
        EdgeRun run = new(broker, python, "synchronous");
        LastModel within = new();
        await using InProcessEngine single = new();
        await using PythonWorker worker = run.StartWorker();

        RunReport expected = await single.RunAsync(
            run.Plan, EdgeRun.Factory(new SynchronousParticipation(), steps), within, new MemorySnapshotStore(), CancellationToken.None);
        RunReport report = await run.RunAsync(new SynchronousParticipation(), steps, worker);

        Assert.Equal(RunOutcome.Completed, expected.Outcome);
        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
        Assert.Equal(0, report.Violations);
        Assert.Equal(0, await worker.Ended);
        Assert.True(worker.Answered >= steps, worker.Output); // a step of a synchronous run has a report of every worker
        Assert.Equal(steps, run.Last!.Step);
        AssertNear(within.Model!.Upper.Span, run.Last.Upper.Span, RunTolerance);
        AssertNear(within.Model.Lower.Span, run.Last.Lower.Span, RunTolerance);
        Assert.False(await RawBroker.ExistsAsync(broker, run.Queue($"{EdgeRun.Worker}")));
        Assert.False(await RawBroker.ExistsAsync(broker, run.Queue($"{EdgeRun.Worker}.control")));
    }

    [Fact]
    public async Task Goes_on_after_it_was_killed_and_started_again()
    {
        const int steps = 40;
        int[] kills = [8, 16, 24];
        EdgeRun run = new(broker, python, "killed");
        PythonWorker worker = run.StartWorker();
        run.OnStep = step =>
        {
            if (kills.Contains((int)step))
            {
                worker.Kill();
            }
        };

        try
        {
            Task<RunReport> running = run.RunAsync(new AsynchronousParticipation(2, 4), steps, worker: null);
            foreach (int _ in kills)
            {
                await Task.WhenAny(worker.Ended, running);
                await worker.DisposeAsync();
                worker = run.StartWorker(); // the run cannot have come to the next kill: without the worker it waits, with staleness 4
            }

            RunReport report = await running;

            Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
            Assert.Equal(0, await worker.Ended);
            Assert.True(worker.Answered > 0, worker.Output);
            Assert.Equal(0, report.Violations);
            Assert.Equal(steps, run.Last!.Step);
        }
        finally
        {
            await worker.DisposeAsync();
        }
    }

    [Fact]
    public async Task Sets_aside_what_is_no_message_and_goes_on()
    {
        EdgeRun run = new(broker, python, "poisoned");
        await using PythonWorker worker = run.StartWorker();
        await worker.Connected;
        await RawBroker.PublishAsync(broker, run.Queue($"{EdgeRun.Worker}"), [1, 2, 3]);

        RunReport report = await run.RunAsync(new SynchronousParticipation(), 3, worker);
        BasicGetResult? deadLetter = await RawBroker.TakeAsync(broker, run.Queue("dead-letters"));

        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
        Assert.Equal([1, 2, 3], deadLetter!.Body.ToArray());
        Assert.Contains("3 bytes of a frame are no envelope", Header(deadLetter, "x-reason"), StringComparison.Ordinal);
        Assert.Equal(EdgeRun.Worker.ToString(), Header(deadLetter, "x-receiver"));
        Assert.Equal(PrivateBroker.User, deadLetter.BasicProperties.UserId);
    }

    private static double[] Gaussians(int length, string stream, double deviation)
    {
        SeededRandom random = new(5, stream);
        return [.. Enumerable.Range(0, length).Select(_ => deviation * random.NextGaussian())];
    }

    private static double[] Vector(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(entry => entry.GetDouble())];

    private static string Header(BasicGetResult message, string name) => Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers![name]!);

    /// <summary>The distance, as a share of our norm.</summary>
    private static void AssertNear(ReadOnlySpan<double> ours, ReadOnlySpan<double> theirs, double tolerance)
    {
        Assert.Equal(ours.Length, theirs.Length);
        double distance = Math.Sqrt(VectorMath.SquaredDistance(ours, theirs));
        double norm = Math.Sqrt(VectorMath.SquaredNorm(ours));
        Assert.True(norm > 0);
        Assert.True(distance <= tolerance * norm, $"The distance is {distance / norm:E2} of the norm; at most {tolerance:E0} is expected.");
    }

    private sealed class LastModel : IRunObserver
    {
        public ModelObserved? Model { get; private set; }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => Model = observation as ModelObserved ?? Model;

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
