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

/// <summary>A priority queue by time, then by order of entry.</summary>
/// <remarks>
/// A heap of four children per node, over small keys: what is planned lies still in a slot of its own while keys move, and
/// no reference is written but once, which the garbage collector would have to note.
/// </remarks>
internal sealed class EventQueue
{
    private Key[] _heap = new Key[1024];
    private Event[] _slots = new Event[1024];
    private int[] _free = new int[1024]; // slots that hold nothing, the first Count of them taken
    private long _entered;

    /// <summary>An empty queue.</summary>
    public EventQueue() => NumberFrom(0);

    private readonly record struct Key(long At, long Order, int Slot)
    {
        public bool Precedes(in Key other) => At != other.At ? At < other.At : Order < other.Order;
    }

    public int Count { get; private set; }

    public void Add(in Event planned)
    {
        if (Count == _heap.Length)
        {
            Grow();
        }

        int slot = _free[Count];
        _slots[slot] = planned;
        Key key = new(planned.At, _entered++, slot);
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            if (!key.Precedes(_heap[parent]))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = key;
    }

    public bool TryTake([MaybeNullWhen(false)] out Event next)
    {
        if (Count == 0)
        {
            next = default;
            return false;
        }

        int slot = _heap[0].Slot;
        next = _slots[slot];
        _slots[slot] = default; // lets go of the message
        _free[--Count] = slot;
        if (Count > 0)
        {
            Sink(_heap[Count]);
        }

        return true;
    }

    private void Grow()
    {
        Array.Resize(ref _heap, 2 * Count);
        Array.Resize(ref _slots, 2 * Count);
        Array.Resize(ref _free, 2 * Count);
        NumberFrom(Count);
    }

    private void NumberFrom(int first)
    {
        for (int slot = first; slot < _free.Length; slot++)
        {
            _free[slot] = slot;
        }
    }

    private void Sink(in Key key)
    {
        Key[] heap = _heap;
        int count = Count;
        int hole = 0;
        while (true)
        {
            int first = (hole << 2) + 1;
            if (first >= count)
            {
                break;
            }

            int least = first;
            int end = Math.Min(first + 4, count);
            for (int child = first + 1; child < end; child++)
            {
                if (heap[child].Precedes(heap[least]))
                {
                    least = child;
                }
            }

            if (!heap[least].Precedes(key))
            {
                break;
            }

            heap[hole] = heap[least];
            hole = least;
        }

        heap[hole] = key;
    }
}
