using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class BoundedQueueTests
{
    [Fact]
    public async Task Never_holds_more_than_its_capacity_and_keeps_the_order()
    {
        BoundedQueue<int> queue = new(3);
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                queue.Add(i);
            }

            queue.Close();
        });

        List<int> all = [];
        List<int> batch = [];
        while (queue.TakeAll(ref batch))
        {
            Assert.InRange(batch.Count, 1, 3);
            all.AddRange(batch);
            batch.Clear();
        }

        await writer;
        Assert.Equal(Enumerable.Range(0, 1000), all);
    }

    [Fact]
    public void Gives_out_what_is_inside_when_closed_and_accepts_no_more()
    {
        BoundedQueue<int> queue = new(2);
        queue.Add(1);
        queue.Close();
        List<int> batch = [];

        Assert.False(queue.Add(2));
        Assert.True(queue.TakeAll(ref batch));
        Assert.Equal([1], batch);
        batch.Clear();
        Assert.False(queue.TakeAll(ref batch));
    }

    [Fact]
    public async Task Lets_a_waiting_writer_go_when_closed()
    {
        BoundedQueue<int> queue = new(1);
        queue.Add(1);
        Task<bool> writer = Task.Run(() => queue.Add(2));

        queue.Close();

        Assert.False(await writer);
    }
}
