using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Federated.Split.SplitStar;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>Who says what to whom in split learning, and what it takes.</summary>
public sealed class SplitProtocolTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 4, LostAfter = TimeSpan.FromDays(1) };

    [Fact]
    public void A_step_is_two_exchanges_with_its_cohort_alone()
    {
        SplitStar star = Ran(Lite);

        Envelope[] reports = [.. star.Network.Sent.Where(envelope => envelope.Message is StarMessage.WorkReported)];
        Assert.Equal(2 * 3 * (int)Star.StepLimit, reports.Length);
        foreach (Envelope[] step in reports.Chunk(6))
        {
            Assert.Equal(step[..3].Select(envelope => envelope.From).Order(), step[3..].Select(envelope => envelope.From).Order());
            Assert.All(step[..3], envelope => Assert.IsType<SplitBody.QuantizedActivated>(BodyOf(envelope)));
            Assert.All(step[3..], envelope => Assert.IsType<SplitBody.PulledBack>(BodyOf(envelope)));
        }
    }

    [Fact]
    public void Rows_never_leave_their_client()
    {
        foreach (SplitOptions options in Variants.Values)
        {
            SplitStar star = Ran(options);
            HashSet<double> inputs = [.. Enumerable.Range(0, Workers).SelectMany(star.Problem.InputsOf).SelectMany(row => row)];

            Assert.NotEmpty(star.Network.Sent);
            Assert.All(star.Network.Sent, envelope => Assert.DoesNotContain(NumbersOf(envelope.Message), inputs.Contains));
        }
    }

    [Fact]
    public void The_servers_part_never_leaves_the_master()
    {
        SplitStar star = new(Raw, Star);
        HashSet<double> values = [];
        while (!star.Network.IsOver)
        {
            values.UnionWith(star.Rule.ServerPart.Span.ToArray());
            star.Network.Deliver(0);
        }

        Assert.All(star.Network.Sent, envelope => Assert.DoesNotContain(NumbersOf(envelope.Message), values.Contains));
        Assert.All(
            star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkRequested>().Select(request => request.Work).OfType<SplitBody.Activate>(),
            work => Assert.Equal(star.Problem.ClientLength, work.ClientPart.Length));
    }

    [Fact]
    public void Each_side_asks_the_problem_for_its_own_part_alone()
    {
        LinearSplit problem = new(shards: 2, rows: 3);
        AlgorithmSetup setup = new() { Problem = problem, Participation = new SynchronousParticipation(), Star = Star, Seed = 1 };
        FedLiteAlgorithm algorithm = new();

        algorithm.Create(setup, Lite, ParticipantId.Master, 1, null);
        string[] ofMaster = [.. problem.Asked];
        problem.Asked.Clear();
        algorithm.Create(setup, Lite, ParticipantId.Worker(1), 1, null);

        Assert.Equal(["server"], ofMaster);
        Assert.Equal(["client"], problem.Asked);
    }

    /// <summary>Numbers of 8 bytes where targets are, labels of ⌈log2 classes⌉ bits, codebooks and codes by the formula.</summary>
    [Theory]
    [InlineData(NumberFormat.Float64, 0, (2 * 2 * 2 * 8) + 1 + (3 * 8) + 4)]
    [InlineData(NumberFormat.Float32, 0, (2 * 2 * 2 * 4) + 1 + (3 * 8) + 4)]
    [InlineData(NumberFormat.Float32, 2, (2 * 2 * 2 * 4) + 1 + 1 + 4)]
    public void A_message_of_quantised_activations_takes_the_bytes_of_the_formula(NumberFormat precision, int classes, long bytes)
    {
        SplitStar star = Ran(Lite with { Precision = precision }, classes);

        SplitBody.QuantizedActivated[] reports = [.. ReportsOf<SplitBody.QuantizedActivated>(star)];
        Assert.Equal(12, reports.Length);
        Assert.All(reports, report => Assert.Equal(bytes, report.PayloadBytes));
    }

    [Fact]
    public void Raw_activations_and_gradients_take_their_numbers()
    {
        SplitStar star = Ran(Raw with { Precision = NumberFormat.Float32 }, classes: 2);

        Assert.All(ReportsOf<SplitBody.PulledBack>(star), report => Assert.Equal((star.Problem.ClientLength * 4) + 8, report.PayloadBytes));

        Assert.All(ReportsOf<SplitBody.RawActivated>(star), report => Assert.Equal((3 * LinearSplit.Width * 4) + 1 + 4, report.PayloadBytes));
        Assert.All(
            star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkRequested>().Where(request => request.Work is SplitBody.PullBack),
            request => Assert.Equal(3 * LinearSplit.Width * 4, request.Work.PayloadBytes));
    }

    [Fact]
    public void The_measures_add_up_what_clients_sent()
    {
        SplitStar star = Ran(Lite);

        MeasuresObserved last = star.Network.Observations.OfType<MeasuresObserved>().Last();
        long all = star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkReported>().Sum(report => report.PayloadBytes);
        Assert.Equal(all, Of(last, "uplink-bytes"));
        Assert.Equal(ReportsOf<SplitBody.Activated>(star).Sum(report => report.ActivationBytes), Of(last, "activation-bytes"));
        Assert.Equal(3, Of(last, "usable-reports"));
        Assert.InRange(Of(last, "distortion"), 0.001, 1);
    }

    [Fact]
    public void Without_quantisation_a_step_is_gradient_descent_on_the_mean_of_the_clients_losses()
    {
        SplitStar star = new(Raw with { BatchRows = 0 }, Star with { StepLimit = 1 }, cohort: null);
        double[] start = star.Rule.Lower.Span.ToArray();

        star.Network.RunToEnd();

        double[] moved = star.Rule.Lower.Span.ToArray();
        for (int k = 0; k < start.Length; k++)
        {
            Assert.Equal(start[k] - (0.05 * Slope(star.Problem, start, k)), moved[k], 1e-7); // central differences
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_lost_between_its_two_answers_counts_for_nothing_or_for_the_servers_part_only(bool keeps)
    {
        SplitFedOptions options = Raw with { KeepServerGradients = keeps };
        SplitStar star = new(options, Star with { StepLimit = 1, LostAfter = Star.AskAgainAfter * 2 }, cohort: null);
        SplitStar others = new(options, Star with { StepLimit = 1, LostAfter = Star.AskAgainAfter * 2 }, cohort: null);
        SplitStar all = new(options, Star with { StepLimit = 1 }, cohort: null);

        Lose(star, 1, envelope => envelope.Message is StarMessage.WorkRequested { Work: SplitBody.PullBack });
        Lose(others, 1, _ => true);
        all.Network.RunToEnd();

        Assert.Contains(star.Network.Observations, observation => observation is WorkerObserved { Worker: 1, Change: WorkerChange.Lost });
        Assert.Equal(others.Rule.ClientPart, star.Rule.ClientPart);
        Assert.Equal((keeps ? all : others).Rule.ServerPart, star.Rule.ServerPart);
    }

    [Fact]
    public void A_step_whose_whole_cohort_is_lost_moves_nothing_and_the_run_goes_on()
    {
        StarMasterOptions impatient = Star with { StepLimit = 2, LostAfter = Star.AskAgainAfter * 2 };
        SplitStar star = new(Raw, impatient, cohort: 1);
        FlatVector start = star.Rule.Lower;
        star.Network.Settle(envelope => envelope.Message is StarMessage.WorkRequested { Work: SplitBody.PullBack });
        ParticipantId lost = star.Network.InFlight.Single().To;

        while (!star.Network.Observations.OfType<WorkerObserved>().Any(observed => observed.Change == WorkerChange.Lost))
        {
            star.Network.InFlight.RemoveAll(envelope => envelope.To == lost);
            star.Network.ElapseTimers(ParticipantId.Master);
        }

        Assert.Equal(start, star.Rule.Lower);
        Assert.Equal(0, Of(star.Network.Observations.OfType<MeasuresObserved>().Single(), "usable-reports"));
        star.Network.RunToEnd();
        Assert.Equal("step limit", star.Network.Completed);
        Assert.NotEqual(start, star.Rule.Lower);
    }

    [Fact]
    public void The_correction_brings_activations_nearer_to_their_centroids()
    {
        StarMasterOptions longer = Star with { StepLimit = 60 };

        double free = DistortionAfter(Lite with { Correction = 0 }, longer);
        double pulled = DistortionAfter(Lite with { Correction = 0.5 }, longer);

        Assert.True(pulled < 0.95 * free, $"{pulled} with the correction, {free} without");
    }

    [Theory]
    [InlineData(ClientWeighting.Uniform)]
    [InlineData(ClientWeighting.Examples)]
    public void Clients_count_alike_or_by_the_rows_of_their_shards(ClientWeighting weighting)
    {
        SplitStar star = new(Raw with { Weighting = weighting }, Star with { StepLimit = 1 }, cohort: null);
        FlatVector start = star.Rule.ClientPart;

        star.Network.RunToEnd();

        SplitBody.PulledBack[] gradients = [.. star.Network.Sent.Where(envelope => envelope.Message is StarMessage.WorkReported { Report: SplitBody.PulledBack })
            .OrderBy(envelope => envelope.From).Select(envelope => (SplitBody.PulledBack)BodyOf(envelope))];
        double[] weights = weighting == ClientWeighting.Uniform ? [0.25, 0.25, 0.25, 0.25] : [6 / 30.0, 7 / 30.0, 8 / 30.0, 9 / 30.0];
        FlatVector expected = FlatVector.Combine([new Term(1, start), .. gradients.Select((gradient, i) => new Term(-0.05 * weights[i], gradient.Gradient.Values))]);
        Assert.Equal(0, VectorMath.SquaredDistance(expected.Span, star.Rule.ClientPart.Span), 1e-28);
    }

    private static SplitStar Ran(SplitOptions options, int classes = 0)
    {
        SplitStar star = new(options, Star, classes: classes);
        star.Network.RunToEnd();
        return star;
    }

    private static double DistortionAfter(SplitOptions options, StarMasterOptions star)
    {
        SplitStar run = new(options, star);
        run.Network.RunToEnd();
        return run.Network.Observations.OfType<MeasuresObserved>().TakeLast(10).Average(observed => Of(observed, "distortion"));
    }

    private static double Of(MeasuresObserved observed, string name) => Assert.Single(observed.Measures, measure => measure.Name == name).Value;

    private static StarBody BodyOf(Envelope envelope) => ((StarMessage.WorkReported)envelope.Message).Report;

    private static IEnumerable<T> ReportsOf<T>(SplitStar star) => star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkReported>()
        .Select(report => report.Report).OfType<T>();

    private static IEnumerable<double> NumbersOf(Message message)
    {
        StarBody?[] bodies = message switch
        {
            StarMessage.WorkRequested request => [request.Work, request.State],
            StarMessage.WorkReported report => [report.Report],
            _ => [],
        };
        return bodies.SelectMany(body => body switch
        {
            SplitBody.Activate activate => activate.ClientPart.Span.ToArray(),
            SplitBody.WorkerState state => state.ClientPart.Span.ToArray(),
            SplitBody.Activated activated => [.. activated.Decode().Span, .. activated.Targets.Span],
            SplitBody.PullBack back => back.Slopes.Values.Span.ToArray(),
            SplitBody.PulledBack back => back.Gradient.Values.Span.ToArray(),
            null => [],
            _ => throw new InvalidOperationException($"{body.GetType().Name} has no place in split learning."),
        });
    }

    /// <summary>Runs to the end, where messages of a kind never reach a worker.</summary>
    private static void Lose(SplitStar star, int worker, Func<Envelope, bool> isLost)
    {
        ParticipantId id = ParticipantId.Worker(worker);
        while (!star.Network.IsOver)
        {
            star.Network.Settle(envelope => envelope.To == id && isLost(envelope));
            star.Network.InFlight.RemoveAll(envelope => envelope.To == id && isLost(envelope));
            star.Network.ElapseTimers(ParticipantId.Master);
        }
    }

    /// <summary>The slope of the mean over clients of their mean losses, in one entry of the whole model.</summary>
    private static double Slope(LinearSplit problem, double[] model, int entry)
    {
        const double Step = 1e-4;
        return (Loss(Step) - Loss(-Step)) / (2 * Step);

        double Loss(double by)
        {
            double[] at = [.. model];
            at[entry] += by;
            double loss = 0;
            for (int i = 0; i < Workers; i++)
            {
                ISplitClientOracle client = problem.CreateClient(i);
                double[] z = new double[client.RowCount * LinearSplit.Width];
                double[] y = new double[client.RowCount];
                client.Activate(at.AsSpan(0, problem.ClientLength), [], z, y);
                loss += problem.CreateServer().Loss(at.AsSpan(problem.ClientLength), z, y, new double[LinearSplit.Width], new double[z.Length]) / Workers;
            }

            return loss;
        }
    }
}
