using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class SynchronousRunTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData("quadratic", "paper", 1)]
    [InlineData("quadratic", "paper, warm start", 2)]
    [InlineData("quadratic", "official, ijcnn1", 3)]
    [InlineData("quadratic", "official, mnist", 4)]
    [InlineData("hyper-cleaning", "paper", 5)]
    [InlineData("hyper-cleaning", "official, mnist", 6)]
    public async Task Ends_at_the_same_bits_whatever_the_order_of_threads(string problem, string profile, ulong seed)
    {
        Scenario scenario = new() { Problem = Cases.Problem(problem, seed), Options = Cases.Profile(profile), Steps = Steps, Seed = seed };
        Ended expected = await scenario.CompleteAsync();

        for (ulong run = 0; run < 4; run++)
        {
            Ended perturbed = await (scenario with { Oracle = Perturbation.Of(run) }).CompleteAsync();

            perturbed.MustEqual(expected);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task Ends_at_the_same_bits_with_few_and_many_threads(int threads)
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(7, workers: 16), Options = Cases.Paper, Steps = Steps, Seed = 7 };
        Ended expected = await scenario.CompleteAsync();

        ThreadPool.GetMinThreads(out int workerThreads, out int completionThreads);
        Ended actual;
        try
        {
            Assert.True(ThreadPool.SetMinThreads(threads, completionThreads));
            actual = await (scenario with { Oracle = Perturbation.Of(7) }).CompleteAsync();
        }
        finally
        {
            ThreadPool.SetMinThreads(workerThreads, completionThreads);
        }

        actual.MustEqual(expected);
    }

    [Fact]
    public async Task Hears_every_worker_in_every_step()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(8), Options = Cases.Paper, Steps = Steps, Oracle = Perturbation.Of(8) };

        Ended ended = await scenario.CompleteAsync();

        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), ended.Steps.Select(step => step.Step));
        Assert.All(ended.Steps, step => Assert.Equal(Enumerable.Range(0, 4), step.Active));
        Assert.All(ended.Steps, step => Assert.Equal(Enumerable.Repeat(0, 4), step.Staleness));
    }

    [Fact]
    public async Task Ends_elsewhere_from_another_seed()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(9), Options = Cases.Paper, Steps = Steps };

        Ended one = await (scenario with { Seed = 1 }).CompleteAsync();
        Ended two = await (scenario with { Seed = 2 }).CompleteAsync();

        Assert.NotEqual(one.Model.Upper, two.Model.Upper);
    }
}
