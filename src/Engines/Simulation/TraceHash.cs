using System.Numerics;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// A running 64-bit hash over what happens in a run: who was entered with what and when, and all that was observed, down to
/// the bits of the model. Not cryptographic: it tells runs apart that differ by accident.
/// </summary>
public sealed class TraceHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15; // 2^64 / golden ratio, odd

    private readonly Dictionary<Type, ulong> _typeNames = [];

    /// <summary>The hash so far.</summary>
    public ulong Value { get; private set; } = Multiplier;

    /// <summary>Adds 64 bits.</summary>
    public void Add(ulong bits) => Value = BitOperations.RotateLeft((Value ^ bits) * Multiplier, 29) + bits;

    /// <summary>Adds a number, bit for bit.</summary>
    public void Add(long number) => Add((ulong)number);

    /// <summary>Adds a number, bit for bit.</summary>
    public void Add(double number) => Add(BitConverter.DoubleToUInt64Bits(number));

    /// <summary>Adds a text.</summary>
    public void Add(string text)
    {
        Add(text.Length);
        foreach (char c in text)
        {
            Add(c);
        }
    }

    /// <summary>Adds a vector's length and bits.</summary>
    public void Add(FlatVector vector)
    {
        Add(vector.Length);
        foreach (ulong bits in MemoryMarshal.Cast<double, ulong>(vector.Span))
        {
            Add(bits);
        }
    }

    /// <summary>Adds an observation: its kind and all its numbers.</summary>
    public void Add(Observation observation)
    {
        AddNameOf(observation.GetType());
        switch (observation)
        {
            case StepObserved step:
                Add(step.Step);
                Add(step.WorkersAlive);
                for (int i = 0; i < step.Active.Length; i++)
                {
                    Add(((long)step.Active[i] << 32) | (uint)step.Staleness[i]);
                }

                Add(step.Measures.AsSpan());
                break;
            case MeasuresObserved measured:
                Add(measured.Step);
                Add(measured.Measures.AsSpan());
                break;
            case ModelObserved model:
                Add(model.Step);
                Add(model.Upper);
                if (model.Middle is FlatVector middle)
                {
                    Add(middle);
                }

                Add(model.Lower);
                break;
            case WorkerObserved worker:
                Add(worker.Step);
                Add(((long)worker.Worker << 32) | (uint)worker.Change);
                break;
            case RoundObserved round:
                Add(round.Round);
                Add(((long)round.Candidates << 32) | (uint)round.Accepted);
                for (int i = 0; i < round.Heard.Length; i++)
                {
                    Add(((long)round.Heard[i] << 32) | (uint)round.Staleness[i]);
                }

                Add(round.Measures.AsSpan());
                break;
            case LinksObserved links:
                foreach ((int receiver, long bytes) in links.Sent)
                {
                    Add(receiver);
                    Add(bytes);
                }

                break;
            case EdgeObserved edge:
                Add(edge.Round);
                Add(((long)edge.Neighbour << 32) | (uint)edge.Change);
                break;
        }
    }

    /// <summary>Adds the name of a type, which unlike its hash code is the same in every process.</summary>
    public void AddNameOf(Type type)
    {
        if (!_typeNames.TryGetValue(type, out ulong name))
        {
            TraceHash own = new();
            own.Add(type.FullName!);
            _typeNames.Add(type, name = own.Value);
        }

        Add(name);
    }

    private void Add(ReadOnlySpan<Measure> measures)
    {
        foreach (Measure measure in measures)
        {
            Add(measure.Value);
        }
    }
}
