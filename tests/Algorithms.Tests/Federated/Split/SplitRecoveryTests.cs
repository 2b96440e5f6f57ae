using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Federated.Split.SplitStar;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>
/// A process dies after the first, the second, … message of a run, hence also between a client's two answers. Whatever it takes with it, the
/// run ends with every bit of the master's state as if nothing had happened.
/// </summary>
public sealed class SplitRecoveryTests
{
    private static readonly StarMasterOptions Star = new() { StepLimit = 3, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string> Names() => [.. Variants.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_the_master_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                SplitStar star = Run(name, delivered);
                star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail);
                AssertEndsAs(expected, star, $"{name}: master moved after message {delivered}, mail lost: {losesMail}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_the_master_dies_and_its_last_snapshot_is_old(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            SplitStar star = Run(name, delivered / 2);
            star.Network.ElapseTimers(ParticipantId.Master); // the master saves itself here, and asks the silent again
            Deliver(star, delivered - (delivered / 2));
            star.Network.ReplaceMaster(star.Network.Saved, losesMail: false);
            AssertEndsAs(expected, star, $"{name}: saved after message {delivered / 2}, died after {delivered}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_a_client_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                for (int worker = 0; worker < Workers; worker++)
                {
                    SplitStar star = Run(name, delivered);
                    star.Network.ReplaceWorker(worker, losesMail);
                    AssertEndsAs(expected, star, $"{name}: worker {worker} died after message {delivered}, mail lost: {losesMail}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_everybody_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            SplitStar star = Run(name, delivered);
            star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail: true);
            for (int worker = 0; worker < Workers; worker++)
            {
                star.Network.ReplaceWorker(worker, losesMail: true);
            }

            AssertEndsAs(expected, star, $"{name}: all died after message {delivered}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_under_a_limit_raised_later(string name)
    {
        (byte[] expected, _) = Undisturbed(name);
        SplitStar shorter = new(Variants[name], Star with { StepLimit = 1 });
        shorter.Network.RunToEnd();
        Assert.Equal("step limit", shorter.Network.Completed);

        SplitStar longer = new(Variants[name], Star);
        longer.Network.ReplaceMaster(shorter.Network.Saved, losesMail: true);

        AssertEndsAs(expected, longer, $"{name}: resumed after the first step");
    }

    private static (byte[] State, int Messages) Undisturbed(string name)
    {
        SplitStar star = Run(name, messages: 0);
        int messages = 0;
        while (!star.Network.IsOver)
        {
            star.Network.Deliver(0);
            messages++;
        }

        Assert.Equal("step limit", star.Network.Completed);
        Assert.Equal(Star.StepLimit, star.Rule.StepsMade);
        return (star.State, messages);
    }

    private static SplitStar Run(string name, int messages)
    {
        SplitStar star = new(Variants[name], Star);
        Deliver(star, messages);
        return star;
    }

    private static void Deliver(SplitStar star, int messages)
    {
        for (int i = 0; i < messages && !star.Network.IsOver; i++)
        {
            star.Network.Deliver(0);
        }
    }

    private static void AssertEndsAs(byte[] expected, SplitStar star, string what)
    {
        star.Network.RunToEnd();

        Assert.True(star.Network.Completed == "step limit", $"{what}: {star.Network.Failed}");
        Assert.Empty(star.Network.Violations);
        Assert.True(expected.AsSpan().SequenceEqual(star.State), $"{what}: the final state differs.");
    }
}
