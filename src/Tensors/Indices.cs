namespace ActorFed.Tensors;

/// <summary>A list of row numbers on a tape, such as the labels of a batch; made by <see cref="Tape{T}.Indices"/>, void after its reset.</summary>
public readonly unsafe struct Indices
{
    private readonly object? _tape;
    private readonly int _generation;
    private readonly int* _start;

    internal Indices(object tape, int generation, int* start, int count)
    {
        _tape = tape;
        _generation = generation;
        _start = start;
        Count = count;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    internal Span<int> On(object tape, int generation) => _tape == tape && _generation == generation
        ? new Span<int>(_start, Count)
        : throw new InvalidOperationException(
            "These indices are not of this tape or were made before its last reset; make them anew with Tape.Indices.");
}
