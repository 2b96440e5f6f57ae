using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>
/// A process dies after the first, the second, … message of a synchronous run. Whatever it takes with it, the run ends with
/// every bit of the master's state as if nothing had happened.
/// </summary>
public sealed class AdboRecoveryTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 7, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string> Variants() => [.. Options.Keys];

    private static Dictionary<string, AdboOptions> Options { get; } = new()
    {
        ["paper"] = PaperOptions with { InnerRounds = 2, WarmStartInnerDual = true, MaxPlanes = 2, InitialPlaneDual = 0.25, MeasureGap = true },
        ["paper, refresh after every step"] = PaperOptions with { RefreshEvery = 1, MaxPlanes = 3 },
        ["official ijcnn1"] = OfficialOptions,
        ["official mnist"] = OfficialOptions with { OfficialForm = OfficialForm.Mnist, InnerRounds = 3, RefreshEvery = 2 },
    };

    [Theory, MemberData(nameof(Variants))]
    public void Ends_the_same_when_the_master_dies_after_any_message(string variant)
    {
        (byte[] expected, int messages) = Undisturbed(variant);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                AdboStar star = Run(variant, delivered);
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
            AdboStar star = Run(variant, delivered / 2);
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
                for (int worker = 0; worker < AdboStar.Workers; worker++)
                {
                    AdboStar star = Run(variant, delivered);
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
            AdboStar star = Run(variant, delivered);
            star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail: true);
            for (int worker = 0; worker < AdboStar.Workers; worker++)
            {
                star.Network.ReplaceWorker(worker, losesMail: true);
            }

            AssertEndsAs(expected, star, $"{variant}: all died after message {delivered}");
        }
    }

    [Fact]
    public void Ends_the_same_under_a_limit_raised_later()
    {
        AdboOptions options = Options["paper"];
        (byte[] expected, _) = Undisturbed("paper");
        AdboStar shorter = new(options, Star with { StepLimit = 4 }, () => new SynchronousParticipation());
        shorter.Network.RunToEnd();
        Assert.Equal("step limit", shorter.Network.Completed);

        AdboStar longer = new(options, Star, () => new SynchronousParticipation());
        longer.Network.ReplaceMaster(shorter.Network.Saved, losesMail: true);

        AssertEndsAs(expected, longer, "resumed after 4 of 7 steps");
    }

    private static (byte[] State, int Messages) Undisturbed(string variant)
    {
        AdboStar star = Run(variant, messages: 0);
        int messages = 0;
        while (!star.Network.IsOver)
        {
            star.Network.Deliver(0);
            messages++;
        }

        Assert.Equal("step limit", star.Network.Completed);
        Assert.Equal(Star.StepLimit, star.Rule.StepsMade);
        Assert.True(star.Rule.Planes.Count > 0);
        return (star.State, messages);
    }

    private static AdboStar Run(string variant, int messages)
    {
        AdboStar star = new(Options[variant], Star, () => new SynchronousParticipation());
        Deliver(star, messages);
        return star;
    }

    private static void Deliver(AdboStar star, int messages)
    {
        for (int i = 0; i < messages && !star.Network.IsOver; i++)
        {
            star.Network.Deliver(0);
        }
    }

    private static void AssertEndsAs(byte[] expected, AdboStar star, string what)
    {
        star.Network.RunToEnd();

        Assert.True(star.Network.Completed == "step limit", $"{what}: {star.Network.Failed}");
        Assert.Empty(star.Network.Violations);
        Assert.True(expected.AsSpan().SequenceEqual(star.State), $"{what}: the final state differs.");
    }
}
