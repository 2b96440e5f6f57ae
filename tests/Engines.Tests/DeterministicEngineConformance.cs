using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>What deterministic engines promise on top: E6 of <see cref="IDeterministicEngine"/>.</summary>
public abstract class DeterministicEngineConformance : EngineConformance
{
    [Fact]
    public async Task E6_Gives_the_same_run_the_same_trace_hash()
    {
        RunReport first = await RunAsync(Plan(3), Gossip(notes: 201));
        RunReport second = await RunAsync(Plan(3), Gossip(notes: 201));

        AssertCompleted(first);
        Assert.NotNull(first.TraceHash);
        Assert.True(first.Events >= first.Deliveries);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task E6_Gives_another_run_another_trace_hash()
    {
        RunReport first = await RunAsync(Plan(3), Gossip(notes: 201));
        RunReport second = await RunAsync(Plan(3), Gossip(notes: 203));
        RunReport third = await RunAsync(Plan(4), Gossip(notes: 201));

        Assert.Equal(3, new HashSet<ulong?> { first.TraceHash, second.TraceHash, third.TraceHash }.Count);
    }

    /// <summary>Master and worker pass notes, with timers and a restart in between, until the master has heard enough.</summary>
    private static Func<ParticipantSpec, int, Snapshot?, IParticipant> Gossip(int notes) => (spec, incarnation, _) =>
    {
        int heard = 0;
        return new Scripted
        {
            OnStart = outbox =>
            {
                outbox.Watch(Worker);
                outbox.Send(Worker, new Note(notes));
                outbox.StartTimer("more", TimeSpan.FromMilliseconds(1 + spec.Id.Index));
            },
            OnTimer = (_, outbox) => outbox.Send(Worker, new Note(0)),
            OnReceive = (_, message, outbox) =>
            {
                ThrowIf(spec.Id == Worker && incarnation == 1 && ++heard == 60, new InvalidOperationException("broken once"));
                if (message is Note { Number: > 0 } note)
                {
                    outbox.Send(spec.Id == Master ? Worker : Master, new Note(note.Number - 1));
                }
                else if (message is Note && spec.Id == Master)
                {
                    outbox.Complete("heard enough");
                }
            },
        };
    };
}
