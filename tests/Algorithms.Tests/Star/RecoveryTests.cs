using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>
/// A process dies after the first, the second, … message of a synchronous run, hence in the middle of every kind of stage. Whatever it
/// takes with it, the run ends with every bit of the master's state as if nothing had happened.
/// </summary>
public sealed class RecoveryTests
{
    public static TheoryData<string> Names => StarCase.Names;

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_the_master_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                IStarRun run = Run(name, delivered);
                run.Network.ReplaceMaster(run.Network.TakeMasterSnapshot(), losesMail);
                AssertEndsAs(expected, run, $"{name}: master moved after message {delivered}, mail lost: {losesMail}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_the_master_dies_and_its_last_snapshot_is_old(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            IStarRun run = SavedHalfWay(name, delivered);
            run.Network.ReplaceMaster(run.Network.Saved, losesMail: false);
            AssertEndsAs(expected, run, $"{name}: saved after message {delivered / 2}, died after {delivered}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_a_worker_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                for (int worker = 0; worker < Start(name).Network.WorkerCount; worker++)
                {
                    IStarRun run = Run(name, delivered);
                    run.Network.ReplaceWorker(worker, losesMail);
                    AssertEndsAs(expected, run, $"{name}: worker {worker} died after message {delivered}, mail lost: {losesMail}");
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
            foreach (bool isOld in new[] { false, true })
            {
                IStarRun run = isOld ? SavedHalfWay(name, delivered) : Run(name, delivered);
                run.Network.ReplaceMaster(isOld ? run.Network.Saved : run.Network.TakeMasterSnapshot(), losesMail: true);
                for (int worker = 0; worker < run.Network.WorkerCount; worker++)
                {
                    run.Network.ReplaceWorker(worker, losesMail: true);
                }

                AssertEndsAs(expected, run, $"{name}: all died after message {delivered}, snapshot old: {isOld}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_under_a_limit_raised_later(string name)
    {
        (byte[] expected, _) = Undisturbed(name);
        for (long steps = 1; steps < StarCase.All[name].Steps; steps++)
        {
            IStarRun shorter = Start(name, steps);
            shorter.Network.RunToEnd();
            Assert.Equal("step limit", shorter.Network.Completed);

            IStarRun longer = Start(name);
            longer.Network.ReplaceMaster(shorter.Network.Saved, losesMail: true);

            AssertEndsAs(expected, longer, $"{name}: resumed after step {steps}");
        }
    }

    private static (byte[] State, int Messages) Undisturbed(string name)
    {
        IStarRun run = Start(name);
        int messages = 0;
        for (; !run.Network.IsOver; messages++)
        {
            run.Network.Deliver(0);
        }

        Assert.Equal("step limit", run.Network.Completed);
        Assert.Equal(StarCase.All[name].Steps, run.Network.Observations.OfType<StepObserved>().Last().Step);
        StarCase.All[name].Check(run);
        return (run.State, messages);
    }

    private static IStarRun Start(string name, long? steps = null) =>
        StarCase.All[name].Create(new StarMasterOptions { StepLimit = steps ?? StarCase.All[name].Steps, LostAfter = TimeSpan.FromDays(1) });

    private static IStarRun Run(string name, int messages)
    {
        IStarRun run = Start(name);
        Deliver(run, messages);
        return run;
    }

    /// <summary>So many messages, after half of which the master saves itself and asks the silent again.</summary>
    private static IStarRun SavedHalfWay(string name, int messages)
    {
        IStarRun run = Run(name, messages / 2);
        run.Network.ElapseTimers(ParticipantId.Master);
        Deliver(run, messages - (messages / 2));
        return run;
    }

    private static void Deliver(IStarRun run, int messages)
    {
        for (int i = 0; i < messages && !run.Network.IsOver; i++)
        {
            run.Network.Deliver(0);
        }
    }

    private static void AssertEndsAs(byte[] expected, IStarRun run, string what)
    {
        run.Network.RunToEnd();

        Assert.True(run.Network.Completed == "step limit", $"{what}: {run.Network.Failed}");
        Assert.Empty(run.Network.Violations);
        Assert.True(expected.AsSpan().SequenceEqual(run.State), $"{what}: the final state differs.");
    }
}
