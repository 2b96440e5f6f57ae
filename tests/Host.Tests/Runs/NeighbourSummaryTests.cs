using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class NeighbourSummaryTests
{
    private readonly Told _told = new();

    [Fact]
    public void Tells_a_step_with_the_sums_and_the_mean_model_when_all_have_made_a_round()
    {
        NeighbourSummary summary = Of(3);

        Make(summary, 0, 1, loss: 1, model: 2);
        Make(summary, 2, 1, loss: 2, model: 4);
        Assert.Empty(_told.All);
        Make(summary, 1, 1, loss: 4, model: 6);

        StepObserved step = Assert.IsType<StepObserved>(_told.All[0]);
        Assert.Equal((1, 3), (step.Step, step.WorkersAlive));
        Assert.Equal(new Measure("loss", 7), Assert.Single(step.Measures));
        Assert.Equal(Math.Sqrt(8.0 / 3), Assert.Single(Assert.IsType<MeasuresObserved>(_told.All[1]).Measures).Value, 12);
        Assert.Equal(4, Assert.IsType<ModelObserved>(_told.All[2]).Lower[0], 12);
    }

    [Fact]
    public void Leaves_attackers_out_of_sums_and_means()
    {
        NeighbourSummary summary = Of(2, attackers: [1]);

        Make(summary, 0, 1, loss: 1, model: 2);
        Make(summary, 1, 1, loss: 100, model: 100);

        Assert.Equal(new Measure("loss", 1), Assert.Single(Assert.IsType<StepObserved>(_told.All[0]).Measures));
        Assert.Equal(2, Assert.IsType<ModelObserved>(_told.All[2]).Lower[0]);
    }

    [Fact]
    public void Tells_rounds_that_some_never_came_to_when_a_later_one_is_whole()
    {
        NeighbourSummary summary = Of(2);

        Make(summary, 0, 1, 1, 1);
        Make(summary, 0, 2, 1, 1);
        Make(summary, 1, 2, 1, 1);

        Assert.Equal([(1L, 1), (2L, 2)], _told.All.OfType<StepObserved>().Select(step => (step.Step, step.WorkersAlive)));
    }

    [Fact]
    public void Waits_for_no_more_than_a_few_rounds_of_one_that_is_gone()
    {
        NeighbourSummary summary = Of(2);

        for (long round = 1; round <= 1000; round++)
        {
            Make(summary, 0, round, 1, 1);
        }

        Make(summary, 1, 3, 1, 1); // told long ago

        Assert.Equal(1000 - NeighbourSummary.MaxBegun, _told.All.OfType<StepObserved>().Count());
        Assert.All(_told.All.OfType<StepObserved>(), step => Assert.Equal(0, Assert.Single(step.Active)));
    }

    [Fact]
    public void Counts_the_first_telling_of_a_round_that_is_made_again()
    {
        NeighbourSummary summary = Of(1);

        Make(summary, 0, 1, loss: 1, model: 1);
        Make(summary, 0, 1, loss: 2, model: 2);

        Assert.Equal(3, _told.All.Count);
    }

    [Fact]
    public void Tells_what_is_left_at_the_end_where_somebody_came_to_the_last_round()
    {
        NeighbourSummary ended = Of(2);
        Make(ended, 0, 9, 1, 1);
        Make(ended, 0, 10, 1, 1);

        ended.Finish(TimeSpan.Zero);

        Assert.Equal([9, 10], _told.All.OfType<StepObserved>().Select(step => step.Step));
    }

    private static void Make(NeighbourSummary summary, int index, long round, double loss, double model)
    {
        ParticipantId source = new(Role.Neighbour, index);
        summary.Observed(source, TimeSpan.Zero, new ModelObserved { Step = round, Upper = FlatVector.Empty, Lower = FlatVector.Of(model) });
        summary.Observed(source, TimeSpan.Zero, new RoundObserved
        {
            Round = round,
            Heard = [],
            Staleness = [],
            Candidates = 0,
            Accepted = 0,
            Measures = [new Measure("loss", loss)],
        });
    }

    private NeighbourSummary Of(int count, int[]? attackers = null) => new(_told, count, attackers ?? [], lastRound: 10);

    private sealed class Told : IRunObserver
    {
        public List<Observation> All { get; } = [];

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => All.Add(observation);

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
