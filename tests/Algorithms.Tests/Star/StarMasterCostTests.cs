using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

public sealed class StarMasterCostTests
{
    private const int Steps = 100;

    private static readonly StarMasterOptions Quiet = MasterProbe.Patient with { ModelEvery = int.MaxValue };

    [Fact]
    public void Makes_a_step_of_one_worker_at_the_same_cost_however_many_there_are()
    {
        long few = BytesOfSteps(workers: 2);
        long many = BytesOfSteps(workers: 20_000);

        Assert.InRange(many, few / 2, few * 2); // a byte or more for each worker in each step would be 2 million more
    }

    [Fact]
    public void Sends_nothing_to_workers_that_are_not_silent()
    {
        MasterProbe probe = new(new ToyMasterRule(1000), new AsynchronousParticipation(1000, 1000), Quiet);
        probe.Scan();
        probe.Report([.. Enumerable.Range(0, 999)]);

        probe.Scan();

        Assert.Equal([999], probe.Asked);
    }

    /// <summary>Allocation stands for time here: it is the same on every machine and in every run.</summary>
    private static long BytesOfSteps(int workers)
    {
        MasterProbe probe = new(new ToyMasterRule(workers), new AsynchronousParticipation(1, int.MaxValue), Quiet);
        probe.Report(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < Steps; step++)
        {
            probe.Report(1);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Steps + 1, probe.Rule.Steps);
        return bytes;
    }
}
