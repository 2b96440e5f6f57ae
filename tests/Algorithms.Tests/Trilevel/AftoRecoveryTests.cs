using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;
using static ActorFed.Algorithms.Tests.Trilevel.AftoSetup;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>
/// A process dies after the first, the second, … message of a synchronous run. Whatever it takes with it, the run ends with
/// every bit of the master's state as if nothing had happened.
/// </summary>
public sealed class AftoRecoveryTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 7, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string> Variants() => [.. Settings.Keys];

    private static Dictionary<string, AftoOptions> Settings { get; } = new()
    {
        ["several rounds, gap measured"] = Options with { LowerRounds = 2, MiddleRounds = 3, MeasureGap = true },
        ["refresh after every step, planes dropped"] = Options with { RefreshEvery = 1, DropTolerance = 0.01, MiddleWeakConvexity = 0.01 },
        ["no lower planes"] = Options with { LowerRelaxation = 1e6, ProjectOntoBounds = true },
    };

    [Theory, MemberData(nameof(Variants))]
    public void Ends_the_same_when_the_master_dies_after_any_message(string variant)
    {
        (byte[] expected, int messages) = Undisturbed(variant);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                AftoStar star = Run(variant, delivered);
                star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail);
                AssertEndsAs(expected, star, $"{variant}: master moved after message {delivered}, mail lost: {losesMail}");
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Ends_the_same_when_the_master_dies_and_its_last_snapshot_is_old(string variant)
    {
        (byte[] expected, int messages) = Undisturbed(variant);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            AftoStar star = Run(variant, delivered / 2);
            star.Network.ElapseTimers(ParticipantId.Master); // the master saves itself here, and asks the silent again
            Deliver(star, delivered - (delivered / 2));
            star.Network.ReplaceMaster(star.Network.Saved, losesMail: false);
            AssertEndsAs(expected, star, $"{variant}: saved after message {delivered / 2}, died after {delivered}");
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Ends_the_same_when_a_worker_dies_after_any_message(string variant)
    {
        (byte[] expected, int messages) = Undisturbed(variant);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                for (int worker = 0; worker < AftoStar.Workers; worker++)
                {
                    AftoStar star = Run(variant, delivered);
                    star.Network.ReplaceWorker(worker, losesMail);
                    AssertEndsAs(expected, star, $"{variant}: worker {worker} died after message {delivered}, mail lost: {losesMail}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Ends_the_same_when_everybody_dies_after_any_message(string variant)
    {
        (byte[] expected, int messages) = Undisturbed(variant);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            AftoStar star = Run(variant, delivered);
            star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail: true);
            for (int worker = 0; worker < AftoStar.Workers; worker++)
            {
                star.Network.ReplaceWorker(worker, losesMail: true);
            }

            AssertEndsAs(expected, star, $"{variant}: all died after message {delivered}");
        }
    }

    private static (byte[] State, int Messages) Undisturbed(string variant)
    {
        AftoStar star = Run(variant, messages: 0);
        int messages = 0;
        while (!star.Network.IsOver)
        {
            star.Network.Deliver(0);
            messages++;
        }

        Assert.Equal("step limit", star.Network.Completed);
        Assert.Equal(Star.StepLimit, star.Rule.StepsMade);
        Assert.True(star.Rule.MiddlePlanes.Count > 0);
        return (star.State, messages);
    }

    private static AftoStar Run(string variant, int messages)
    {
        AftoStar star = new(Settings[variant], Star, () => new SynchronousParticipation());
        Deliver(star, messages);
        return star;
    }

    private static void Deliver(AftoStar star, int messages)
    {
        for (int i = 0; i < messages && !star.Network.IsOver; i++)
        {
            star.Network.Deliver(0);
        }
    }

    private static void AssertEndsAs(byte[] expected, AftoStar star, string what)
    {
        star.Network.RunToEnd();

        Assert.True(star.Network.Completed == "step limit", $"{what}: {star.Network.Failed}");
        Assert.Empty(star.Network.Violations);
        Assert.True(expected.AsSpan().SequenceEqual(star.State), $"{what}: the final state differs.");
    }
}
