using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.C2dfb;

/// <summary>
/// One of the two lower sequences of C²DFB: a variable d and its gradient tracker s. The pulls of an exchange, on what neighbours know of
/// both after it, enter the step after it: d ← d + γ pull − η s, s ← s + γ pull + ∇r(d') − ∇r(d).
/// </summary>
internal sealed class TrackedSequence
{
    private readonly string _name;
    private readonly double _step;      // η
    private readonly double _consensus; // γ
    private FlatVector _pull;
    private FlatVector _pullOnTracker;

    public TrackedSequence(string name, FlatVector start, double step, double consensus)
    {
        (_name, _step, _consensus, Value) = (name, step, consensus, start);
        Tracker = Gradient = _pull = _pullOnTracker = FlatVector.Zeros(start.Length);
        Streams =
        [
            new StreamSpec(name, start.Length, StreamLevel.Lower, StreamKind.Iterate),
            new StreamSpec($"tracker-{name}", start.Length, StreamLevel.Lower, StreamKind.Tracker),
        ];
    }

    /// <summary>d, then s.</summary>
    public ImmutableArray<StreamSpec> Streams { get; }

    public FlatVector Value { get; private set; }

    public FlatVector Tracker { get; private set; }

    /// <summary>∇r at <see cref="Value"/> and the upper variable asked last.</summary>
    public FlatVector Gradient { get; private set; }

    public void Step() => Value = FlatVector.Combine(new(1, Value), new(_consensus, _pull), new(-_step, Tracker));

    /// <summary>The gradient after a step.</summary>
    public void Track(FlatVector gradient)
    {
        Tracker = FlatVector.Combine(new(1, Tracker), new(_consensus, _pullOnTracker), new(1, gradient), new(-1, Gradient));
        Gradient = gradient;
    }

    /// <summary>The gradient after the upper variable has moved.</summary>
    public void Rebase(FlatVector gradient)
    {
        Tracker = FlatVector.Combine(new(1, Tracker), new(1, gradient), new(-1, Gradient));
        Gradient = gradient;
    }

    /// <summary>Begins the tracker at a gradient.</summary>
    public void Begin(FlatVector gradient) => Tracker = Gradient = gradient;

    public void Take(FlatVector pull, FlatVector pullOnTracker) => (_pull, _pullOnTracker) = (pull, pullOnTracker);

    /// <summary>Reference points are zero again, and so are the pulls between them.</summary>
    public void Restart()
    {
        Tracker = Gradient;
        _pull = _pullOnTracker = FlatVector.Zeros(Value.Length);
    }

    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(Value);
        writer.WriteVector(Tracker);
        writer.WriteVector(Gradient);
        writer.WriteVector(_pull);
        writer.WriteVector(_pullOnTracker);
    }

    public void Restore(SnapshotReader reader)
    {
        Value = Read(reader, "value");
        Tracker = Read(reader, "tracker");
        Gradient = Read(reader, "gradient");
        _pull = Read(reader, "pull");
        _pullOnTracker = Read(reader, "pull on the tracker");
    }

    public IEnumerable<StateEntry> Inspect() =>
    [
        new(_name, Value), new($"tracker-{_name}", Tracker), new($"tracked-{_name}", Gradient),
        new($"pull-{_name}", _pull), new($"pull-tracker-{_name}", _pullOnTracker),
    ];

    private FlatVector Read(SnapshotReader reader, string what) => VectorCheck.Read(reader, Value.Length, $"the {what} of '{_name}'");
}
