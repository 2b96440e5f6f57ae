using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Bilevel;
using ActorFed.Algorithms.Tests.Federated.Split;
using ActorFed.Algorithms.Tests.Trilevel;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>Every algorithm of the star while messages are lost, doubled and reordered and processes die, all drawn from a seed.</summary>
public sealed class DisturbanceTests
{
    private const int Seeds = 150;
    private const int StalenessBound = 4;

    public static TheoryData<string> Names => StarCase.Names;

    [Theory, MemberData(nameof(Names))]
    public void A_synchronous_run_ends_with_the_same_bits_whatever_is_lost_and_whoever_dies(string name)
    {
        StarCase made = StarCase.All[name];
        StarMasterOptions options = new() { StepLimit = 2 * made.Steps, LostAfter = TimeSpan.FromDays(1) };
        IStarRun undisturbed = made.Create(options);
        undisturbed.Network.RunToEnd();

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            IStarRun run = made.Create(options);
            Disturbance.Run(run.Network, seed, deathRate: seed % 2 == 0 ? 0 : 0.02);

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(run.State), $"Seed {seed}: the final state differs.");
        }
    }

    [Theory]
    [InlineData("adbo, paper, one report a step")]
    [InlineData("adbo, paper, all reports a step")]
    [InlineData("adbo, official, two reports a step")]
    [InlineData("afto, one report a step")]
    [InlineData("fednest")]
    [InlineData("fedlite, cohorts of two")]
    [InlineData("fedlite, cohorts of three")]
    [InlineData("fedlite, everyone")]
    public void A_run_ends_though_workers_are_lost_and_come_back_all_the_time(string name)
    {
        StarMasterOptions impatient = new() { StepLimit = name.StartsWith("adbo", StringComparison.Ordinal) ? 15 : 8 };
        impatient = impatient with { LostAfter = impatient.AskAgainAfter * 3 };
        int[] changes = new int[Enum.GetValues<WorkerChange>().Length];
        int completed = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            StarNetwork network = Create(name, impatient).Network;

            Disturbance.Run(network, seed, deathRate: 0.02, timerRate: 0.03);

            completed += network.Completed is null ? 0 : 1;
            foreach (WorkerObserved observed in network.Observations.OfType<WorkerObserved>())
            {
                changes[(int)observed.Change]++;
            }
        }

        Assert.All(changes, count => Assert.True(count > Seeds / 2));
        Assert.True(completed > Seeds / 2); // in the others all were lost at once
    }

    private static IStarRun Create(string name, StarMasterOptions star) => name switch
    {
        "adbo, paper, one report a step" => new AdboStar(AdboSetup.PaperOptions with { MaxPlanes = 3, InitialPlaneDual = 0.25, InnerRounds = 2 }, star, Asynchronous(1)),
        "adbo, paper, all reports a step" => new AdboStar(AdboSetup.PaperOptions with { MaxPlanes = 3, InitialPlaneDual = 0.25, InnerRounds = 2 }, star, Asynchronous(3)),
        "adbo, official, two reports a step" => new AdboStar(AdboSetup.OfficialOptions, star, Asynchronous(2)),
        "afto, one report a step" => new AftoStar(AftoSetup.Options with { LowerRounds = 2, MiddleRounds = 2, MeasureGap = true }, star, Asynchronous(1)),
        "fednest" => new FedNestStar(FedNestSetup.AllStages, star),
        "fedlite, cohorts of two" => new SplitStar(SplitStar.Lite, star, cohort: 2),
        "fedlite, cohorts of three" => new SplitStar(SplitStar.Lite, star, cohort: 3),
        "fedlite, everyone" => new SplitStar(SplitStar.Lite, star, cohort: null),
        _ => throw new ArgumentException($"There is no run '{name}'.", nameof(name)),
    };

    private static Func<IParticipationPolicy> Asynchronous(int minActive) => () => new AsynchronousParticipation(minActive, StalenessBound);
}
