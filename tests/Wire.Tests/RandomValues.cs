using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using GraphPacket = ActorFed.Algorithms.Graph.Packet;

namespace ActorFed.Wire.Tests;

/// <summary>Values of any registered type with members drawn at random: vectors of any length and any bits, and nulls where they may be.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly Type[] Bodies =
        [.. WireCatalog.All.Select(format => format.Type).Where(type => type.IsAssignableTo(typeof(StarBody)))];

    private static readonly double[] Special =
        [0, -0.0, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue];

    private readonly Random _random = new(seed);
    private readonly NullabilityInfoContext _nullability = new();

    public object Next(Type type)
    {
        object value = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo member in type.GetProperties().Where(member => member.CanWrite))
        {
            bool mayBeNull = _nullability.Create(member).WriteState == NullabilityState.Nullable;
            member.SetValue(value, mayBeNull && _random.Next(2) == 0 ? null : Member(member.PropertyType));
        }

        return value;
    }

    private object Member(Type type) =>
        type == typeof(FlatVector) ? Vector()
        : type == typeof(ImmutableArray<FlatVector>) ? Enumerable.Range(0, _random.Next(4)).Select(_ => Vector()).ToImmutableArray()
        : type == typeof(ImmutableArray<int>) ? Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next()).ToImmutableArray()
        : type == typeof(ImmutableArray<long>) ? Enumerable.Range(0, _random.Next(4)).Select(_ => _random.NextInt64()).ToImmutableArray()
        : type == typeof(ImmutableArray<GraphPacket?>) ? Enumerable.Range(0, _random.Next(8)).Select(_ => Packet()).ToImmutableArray()
        : type == typeof(RoundedPacket) ? Rounded()
        : type == typeof(PackedCodes) ? Codes()
        : type == typeof(Position) ? new Position(_random.NextInt64(), _random.Next())
        : type == typeof(double) || type == typeof(double?) ? Number()
        : type == typeof(long) ? _random.NextInt64(long.MinValue, long.MaxValue)
        : type == typeof(JointPhase) ? (JointPhase)_random.Next(3)
        : type == typeof(int) ? _random.Next(int.MinValue, int.MaxValue)
        : type == typeof(bool) ? _random.Next(2) == 0
        : type == typeof(string) ? new string((char)_random.Next(0x3b1, 0x3c9), _random.Next(5))
        : type == typeof(RequestId) ? new RequestId(_random.Next(), _random.NextInt64())
        : type == typeof(ParticipantId) || type == typeof(ParticipantId?) ? ParticipantId.Worker(_random.Next())
        : type == typeof(Observation) ? Observation()
        : type == typeof(StarBody) ? Next(Bodies[_random.Next(Bodies.Length)])
        : type is { IsClass: true, IsAbstract: false } ? Next(type)
        : throw new InvalidOperationException($"No values of {type} are made here yet: add a line.");

    private Observation Observation() => _random.Next(5) switch
    {
        0 => new RoundObserved
        {
            Round = _random.NextInt64(),
            Heard = (ImmutableArray<int>)Member(typeof(ImmutableArray<int>)),
            Staleness = (ImmutableArray<int>)Member(typeof(ImmutableArray<int>)),
            Candidates = _random.Next(),
            Accepted = _random.Next(),
            Measures = Measures(),
        },
        1 => new LinksObserved([.. Enumerable.Range(0, _random.Next(4)).Select(receiver => (receiver, _random.NextInt64()))]),
        2 => new EdgeObserved(_random.Next(), (EdgeChange)_random.Next(3), _random.NextInt64()),
        3 => new MeasuresObserved(_random.NextInt64(), Measures()),
        _ => new ModelObserved { Step = _random.NextInt64(), Upper = Vector(), Middle = _random.Next(2) == 0 ? null : Vector(), Lower = Vector() },
    };

    private ImmutableArray<Measure> Measures() => [.. Enumerable.Range(0, _random.Next(4)).Select(i => new Measure($"measure-{i}", Number()))];

    private GraphPacket? Packet()
    {
        (FlatVector values, NumberFormat format) = Rounded();
        int maxLevel = _random.Next(1, short.MaxValue + 1) >> _random.Next(15);
        maxLevel = Math.Max(1, maxLevel);
        return _random.Next(6) switch
        {
            0 => null,
            1 => new DensePacket(Vector()),
            2 => new RoundedPacket(values, format),
            3 => new SparsePacket(_random.Next(), [.. Enumerable.Range(0, values.Length).Select(_ => _random.Next())], values, format),
            4 => new SeededPacket(_random.Next(), (ulong)_random.NextInt64(), values, format),
            _ => new QuantizedPacket(
                format.Round(_random.NextDouble()),
                maxLevel,
                [.. Enumerable.Range(0, _random.Next(20)).Select(_ => (short)_random.Next(-maxLevel, maxLevel + 1))],
                format),
        };
    }

    private RoundedPacket Rounded()
    {
        NumberFormat format = (NumberFormat)_random.Next(3);
        FlatVector values = FlatVector.Create(_random.Next(6), all =>
        {
            foreach (ref double value in all)
            {
                value = format.Round((_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(-30, 30)));
            }
        });
        return new RoundedPacket(values, format);
    }

    private PackedCodes Codes()
    {
        int kinds = _random.Next(1, 20);
        return PackedCodes.Of([.. Enumerable.Range(0, _random.Next(12)).Select(_ => _random.Next(kinds))], kinds);
    }

    private FlatVector Vector() => FlatVector.Create(_random.Next(6), values =>
    {
        foreach (ref double value in values)
        {
            value = Number();
        }
    });

    private double Number() => _random.Next(3) == 0
        ? Special[_random.Next(Special.Length)]
        : BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue));
}
