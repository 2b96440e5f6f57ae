using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>ADBO's rules in the official code's profile against <see cref="ReferenceOfficialAdbo"/>.</summary>
public sealed class AdboOfficialProfileTests
{
    private const int Workers = 4;
    private const int Steps = 30;

    [Theory]
    [InlineData(OfficialForm.Ijcnn1, 1)]
    [InlineData(OfficialForm.Ijcnn1, 3)]
    [InlineData(OfficialForm.Mnist, 1)]
    [InlineData(OfficialForm.Mnist, 3)]
    public void Follows_the_reference_when_all_are_active(OfficialForm form, int rounds)
    {
        AdboOptions options = OfficialOptions with { OfficialForm = form, InnerRounds = rounds };
        int[][] everybody = [.. Enumerable.Repeat(Enumerable.Range(0, Workers).ToArray(), Steps)];

        ComparedRun run = AdboComparison.Run(options, everybody, Workers, r: 0);

        Assert.Equal(Steps / 3, run.Refreshes);
        Assert.Equal(run.Refreshes, run.PlanesAdded);
        Assert.True(run.PlanesDropped > 0);
    }

    [Theory]
    [InlineData(OfficialForm.Ijcnn1, 1)]
    [InlineData(OfficialForm.Ijcnn1, 3)]
    [InlineData(OfficialForm.Mnist, 1)]
    [InlineData(OfficialForm.Mnist, 3)]
    public void Follows_the_reference_when_a_refresh_reads_late_steps(OfficialForm form, int rounds)
    {
        AdboOptions options = OfficialOptions with { OfficialForm = form, InnerRounds = rounds };

        ComparedRun run = AdboComparison.Run(options, Schedule(Workers, Steps), Workers, r: 0);

        Assert.True(((ReferenceOfficialAdbo)run.Reference).LateStepsDrained > 5);
        Assert.True(run.MostPlanes > 1);
    }

    [Fact]
    public void Follows_the_reference_when_a_refresh_follows_every_step() =>
        AdboComparison.Run(OfficialOptions with { RefreshEvery = 1 }, Schedule(Workers, 15), Workers, r: 0);

    [Fact]
    public void Tells_the_two_programs_of_the_official_code_apart()
    {
        AdboOptions options = OfficialOptions with { InnerRounds = 2 };

        ComparedRun ijcnn1 = AdboComparison.Run(options, Schedule(Workers, Steps), Workers, r: 0);
        ComparedRun mnist = AdboComparison.Run(options with { OfficialForm = OfficialForm.Mnist }, Schedule(Workers, Steps), Workers, r: 0);

        Assert.NotEqual(ijcnn1.Reference.V, mnist.Reference.V);
    }

    [Fact]
    public void Ignores_what_only_the_paper_profile_knows()
    {
        AdboOptions options = OfficialOptions with
        {
            Relaxation = 1e6,
            RefreshUntil = 1,
            MaxPlanes = 1,
            DropTolerance = 1,
            InnerOrder = InnerOrder.GaussSeidel,
            WarmStartInnerDual = true,
            Regularization = DualRegularization.Schedule,
        };

        ComparedRun run = AdboComparison.Run(options, Schedule(Workers, Steps), Workers, r: 0);

        Assert.Equal(Steps / 3, run.PlanesAdded);
        Assert.True(run.MostPlanes > 1);
    }

    [Fact]
    public void Clamps_both_kinds_of_duals()
    {
        AdboOptions options = OfficialOptions with { MaxPlaneDual = 0.5, MaxConsensusDual = 0.75 };

        ComparedRun run = AdboComparison.Run(options, Schedule(Workers, Steps), Workers, r: 0);

        Assert.Equal(0.5, run.LargestPlaneDual);
        Assert.Contains(run.Reference.Theta.SelectMany(theta => theta), entry => Math.Abs(entry) == 0.75);
    }
}
