using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests.Simulation;

public sealed class EventQueueTests
{
    [Fact]
    public void Gives_events_by_time_and_then_in_the_order_in_which_they_came()
    {
        EventQueue queue = new();
        SortedSet<(long At, long Number)> twin = [];
        SeededRandom random = new(1, "events");
        long number = 0;
        for (int round = 0; round < 20_000; round++)
        {
            // Grows to several thousand, past its first capacity, and shrinks to nothing again and again.
            bool adds = twin.Count == 0 || random.NextInt32(100) < (round / 4000 % 2 == 0 ? 80 : 20);
            if (adds)
            {
                long at = random.NextInt32(50); // many at one moment
                queue.Add(new Event(at, EventKind.Timer, 0, 0, ++number, "timer"));
                twin.Add((at, number));
            }
            else
            {
                Assert.True(queue.TryTake(out Event next));
                Assert.Equal(twin.Min, (next.At, next.Number));
                twin.Remove(twin.Min);
            }

            Assert.Equal(twin.Count, queue.Count);
        }

        Assert.True(number > 8000);
    }

    [Fact]
    public void Says_that_it_is_empty()
    {
        EventQueue queue = new();
        queue.Add(new Event(1, EventKind.Start, 2, 3, 4, null));

        Assert.True(queue.TryTake(out Event only));
        Assert.Equal(new Event(1, EventKind.Start, 2, 3, 4, null), only);
        Assert.False(queue.TryTake(out _));
    }
}
