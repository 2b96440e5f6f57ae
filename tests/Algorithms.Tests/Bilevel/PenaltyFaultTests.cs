using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>The penalty-based algorithms while processes die at every message, and while messages are lost, doubled and reordered.</summary>
public sealed class PenaltyFaultTests
{
    private const int Seeds = 60;

    private static readonly StarMasterOptions Star = new() { StepLimit = 5, LostAfter = TimeSpan.FromDays(1) };

    public static TheoryData<string> Names() => [.. PenaltyStar.Variants];

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_the_master_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            foreach (bool losesMail in new[] { false, true })
            {
                PenaltyStar star = Run(name, delivered);
                star.Network.ReplaceMaster(star.Network.TakeMasterSnapshot(), losesMail);
                AssertEndsAs(expected, star, $"{name}: master moved after message {delivered}, mail lost: {losesMail}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_when_everybody_dies_after_any_message(string name)
    {
        (byte[] expected, int messages) = Undisturbed(name);

        for (int delivered = 0; delivered < messages; delivered++)
        {
            PenaltyStar star = Run(name, delivered / 2);
            star.Network.ElapseTimers(ParticipantId.Master); // the master saves itself here
            Deliver(star, delivered - (delivered / 2));
            star.Network.ReplaceMaster(star.Network.Saved, losesMail: true);
            for (int worker = 0; worker < PenaltyStar.Workers; worker++)
            {
                star.Network.ReplaceWorker(worker, losesMail: true);
            }

            AssertEndsAs(expected, star, $"{name}: saved after message {delivered / 2}, all died after {delivered}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_the_same_under_a_limit_raised_later(string name)
    {
        (byte[] expected, _) = Undisturbed(name);
        PenaltyStar shorter = new(name, Star with { StepLimit = 2 });
        shorter.Network.RunToEnd();
        PenaltyStar longer = new(name, Star);
        longer.Network.ReplaceMaster(shorter.Network.Saved, losesMail: true);

        AssertEndsAs(expected, longer, $"{name}: resumed after the second step");
    }

    [Theory, MemberData(nameof(Names))]
    public void Ends_with_the_same_bits_whatever_happens_to_messages_and_processes(string name)
    {
        (byte[] expected, _) = Undisturbed(name);

        for (ulong seed = 0; seed < Seeds; seed++)
        {
            PenaltyStar star = new(name, Star);
            RunUnderFaults(star.Network, new SeededRandom(seed, "faults"));

            AssertEndsAs(expected, star, $"{name}: seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Goes_on_without_a_worker_that_falls_silent(string name)
    {
        PenaltyStar star = new(name, Star with { LostAfter = Star.AskAgainAfter * 2 });

        star.Network.Settle(envelope => envelope.To == ParticipantId.Worker(1) && star.Network.Sent.Count > 20);
        while (!star.Network.IsOver)
        {
            star.Network.InFlight.RemoveAll(envelope => envelope.To == ParticipantId.Worker(1));
            star.Network.ElapseTimers(ParticipantId.Master);
            star.Network.Settle(envelope => envelope.To == ParticipantId.Worker(1));
        }

        Assert.Equal("step limit", star.Network.Completed);
        Assert.Contains(star.Network.Observations, observation => observation is WorkerObserved { Worker: 1, Change: WorkerChange.Lost });
    }

    private static (byte[] State, int Messages) Undisturbed(string name)
    {
        PenaltyStar star = Run(name, messages: 0);
        int messages = 0;
        for (; !star.Network.IsOver; messages++)
        {
            star.Network.Deliver(0);
        }

        Assert.Equal("step limit", star.Network.Completed);
        return (star.State, messages);
    }

    private static PenaltyStar Run(string name, int messages)
    {
        PenaltyStar star = new(name, Star);
        Deliver(star, messages);
        return star;
    }

    private static void Deliver(PenaltyStar star, int messages)
    {
        for (int i = 0; i < messages && !star.Network.IsOver; i++)
        {
            star.Network.Deliver(0);
        }
    }

    private static void AssertEndsAs(byte[] expected, PenaltyStar star, string what)
    {
        star.Network.RunToEnd();

        Assert.True(star.Network.Completed == "step limit", $"{what}: {star.Network.Failed}");
        Assert.Empty(star.Network.Violations);
        Assert.True(expected.AsSpan().SequenceEqual(star.State), $"{what}: the final state differs.");
    }

    private static void RunUnderFaults(StarNetwork network, SeededRandom random)
    {
        const int MaxEvents = 50_000;
        for (int events = 0; !network.IsOver; events++)
        {
            Assert.True(events < MaxEvents, $"The run has not ended after {MaxEvents} events.");
            if (random.NextDouble() < 0.02)
            {
                int victim = random.NextInt32(PenaltyStar.Workers + 1);
                if (victim == PenaltyStar.Workers)
                {
                    network.ReplaceMaster(network.Saved, losesMail: random.NextInt32(2) == 0);
                }
                else
                {
                    network.ReplaceWorker(victim, losesMail: random.NextInt32(2) == 0);
                }
            }
            else if (network.InFlight.Count == 0)
            {
                network.ElapseTimers();
            }
            else
            {
                int index = random.NextInt32(network.InFlight.Count);
                double fate = random.NextDouble();
                if (fate < 0.15)
                {
                    network.InFlight.RemoveAt(index);
                }
                else
                {
                    network.Deliver(index, stays: fate > 0.85);
                }
            }
        }
    }
}
