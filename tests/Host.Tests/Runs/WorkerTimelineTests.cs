using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class WorkerTimelineTests
{
    [Fact]
    public void Loses_no_event_when_time_outgrows_its_buckets()
    {
        WorkerTimeline timeline = new(2);

        for (int i = 0; i < 100_000; i++)
        {
            timeline.Add(i % 2, i * 0.01, LaneEvent.Active);
        }

        timeline.Add(1, 999.5, LaneEvent.Lost);
        Assert.Equal(50_000, timeline.Total(LaneEvent.Active, 0));
        Assert.Equal(50_000, timeline.Total(LaneEvent.Active, 1));
        Assert.InRange(timeline.Buckets, WorkerTimeline.MaxBuckets / 2, WorkerTimeline.MaxBuckets);
        Assert.Equal(1, timeline.Count(LaneEvent.Lost, 1, (int)(999.5 / timeline.BucketSeconds)));
        Assert.Equal(0, timeline.Total(LaneEvent.Lost, 0));
    }

    [Fact]
    public void Lets_neighbours_share_a_lane_when_there_are_many()
    {
        WorkerTimeline timeline = new(1000);

        timeline.Add(0, 0, LaneEvent.Active);
        timeline.Add(15, 0, LaneEvent.Active);
        timeline.Add(999, 0, LaneEvent.Active);

        Assert.Equal(63, timeline.Lanes);
        Assert.Equal(2, timeline.Total(LaneEvent.Active, 0));
        Assert.Equal(1, timeline.Total(LaneEvent.Active, 62));
        Assert.Equal("workers 0–15", timeline.Name(0));
        Assert.Equal("workers 992–999", timeline.Name(62));
    }

    [Fact]
    public void Draws_nothing_for_a_worker_that_does_not_exist()
    {
        WorkerTimeline timeline = new(1);

        timeline.Add(1, 0, LaneEvent.Active);
        timeline.Add(-1, 0, LaneEvent.Active);

        Assert.Equal(0, timeline.Total(LaneEvent.Active, 0));
    }

    [Fact]
    public void Has_no_lanes_without_workers() => Assert.Equal(0, new WorkerTimeline(0).Lanes);
}
