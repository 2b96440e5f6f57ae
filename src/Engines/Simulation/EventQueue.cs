using System.Diagnostics.CodeAnalysis;

namespace ActorFed.Engines.Simulation;

/// <summary>What is to happen.</summary>
internal enum EventKind : byte
{
    Deliver,
    Timer,
    Resume,
    Start,
    Fault,
    WallTime,
}

/// <summary>Something that will happen at a moment. Of events at one moment, the one that was planned first comes first.</summary>
/// <param name="At">When, in ticks.</param>
/// <param name="Kind">What.</param>
/// <param name="Cell">To whom, as an index; of a fault, none.</param>
/// <param name="Sender">Of a message, from whom it seems to come, as an index.</param>
/// <param name="Number">Of a message, its number; of a timer, the generation that must still hold; else a life of the cell.</param>
/// <param name="What">The message, the timer's name, the fault, or what follows a fault.</param>
internal readonly record struct Event(long At, EventKind Kind, int Cell, int Sender, long Number, object? What);

/// <summary>A priority queue by time, then by order of entry: a heap of four children per node.</summary>
internal sealed class EventQueue
{
    private Item[] _heap = new Item[1024];
    private long _entered;

    private struct Item
    {
        public long At;
        public long Order;
        public Event Event;

        public readonly bool Precedes(in Item other) => At != other.At ? At < other.At : Order < other.Order;
    }

    public int Count { get; private set; }

    public void Add(in Event planned)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        Item item = new() { At = planned.At, Order = _entered++, Event = planned };
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            if (!item.Precedes(_heap[parent]))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = item;
    }

    public bool TryTake([MaybeNullWhen(false)] out Event next)
    {
        if (Count == 0)
        {
            next = default;
            return false;
        }

        next = _heap[0].Event;
        Item last = _heap[--Count];
        _heap[Count] = default; // lets go of the message
        if (Count > 0)
        {
            Sink(last);
        }

        return true;
    }

    private void Sink(in Item item)
    {
        int hole = 0;
        while (true)
        {
            int first = (hole << 2) + 1;
            if (first >= Count)
            {
                break;
            }

            int least = first;
            int end = Math.Min(first + 4, Count);
            for (int child = first + 1; child < end; child++)
            {
                if (_heap[child].Precedes(_heap[least]))
                {
                    least = child;
                }
            }

            if (!_heap[least].Precedes(item))
            {
                break;
            }

            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = item;
    }
}
