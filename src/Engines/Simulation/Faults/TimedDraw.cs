using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Draws the timed faults of a run: each kind from its own stream, so that more of one leaves the others as they are.</summary>
internal sealed class TimedDraw
{
    private readonly FaultProfile _profile;
    private readonly ulong _seed;
    private readonly ParticipantId[] _all;
    private readonly ParticipantId[] _masters;   // one or none
    private readonly ParticipantId[] _strikable; // neither the master nor the one that is spared
    private readonly int[] _nodes;               // without the one that is spared
    private readonly ImmutableArray<TimedFault>.Builder _faults = ImmutableArray.CreateBuilder<TimedFault>();

    public TimedDraw(FaultProfile profile, ulong seed, IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        (_profile, _seed) = (profile, seed);
        _all = [.. placement.Select(place => place.Participant)];
        _masters = [.. _all.Where(participant => participant.Role == Role.Master)];
        ParticipantId[] others = [.. _all.Except(_masters)];
        ParticipantId? spared = others.Length == 0 ? null : Pick(others, new SeededRandom(seed, "faults/spared"));
        _strikable = [.. others.Where(participant => participant != spared)];
        _nodes = [.. placement.GroupBy(place => place.Node).Where(node => node.All(place => place.Participant != spared)).Select(node => node.Key)];
    }

    public ImmutableArray<TimedFault> Draw()
    {
        if (_profile.Until <= TimeSpan.Zero)
        {
            return [];
        }

        ParticipantId[] pausable = [.. _masters, .. _strikable];
        Add("crash", _profile.Crashes, _strikable.Length, random => new Crash(Moment(random), Pick(_strikable, random), Duration(random)));
        Add("master-crash", _profile.MasterCrashes, _masters.Length, random => new Crash(Moment(random), _masters[0], Duration(random)));
        Add("node-crash", _profile.NodeCrashes, _nodes.Length, random => new NodeCrash(Moment(random), Pick(_nodes, random), Duration(random)));
        Add("pause", _profile.Pauses, pausable.Length, random => new Pause(Moment(random), Pick(pausable, random), Duration(random)));
        Add("partition", _profile.Partitions, _strikable.Length, random => new Partition(Moment(random), Group(random), Duration(random)));
        Add("one-way", _profile.OneWayPartitions, _strikable.Length, random =>
            new OneWayPartition(Moment(random), Group(random), random.NextInt32(2) == 0, Duration(random)));
        Add("partial", _profile.PartialPartitions, pausable.Length - 1, random =>
            new PartialPartition(Moment(random), Links(pausable, random), Duration(random)));
        Add("slow-disk", _profile.SlowDisks, _all.Length, random =>
            new SlowDisk(Moment(random), Writer(random), _profile.MaxWriteTime * random.NextDouble(), Duration(random)));
        Add("failed-write", _profile.FailedWrites, _all.Length, random => new FailedWrite(Moment(random), Pick(_all, random)));
        DrawDamage();
        Add("clock", _profile.ClockSkews, _all.Length, random => new ClockSkew(
            Moment(random),
            Pick(_all, random),
            _profile.MaxClockOffset * ((2 * random.NextDouble()) - 1),
            Math.Pow(_profile.MaxClockRate, (2 * random.NextDouble()) - 1),
            random.NextInt32(4) == 0 ? null : Duration(random)));
        return [.. _faults.Select(Shortened)];
    }

    /// <summary>Damages at most one snapshot of each participant, the master's first: workers of a star keep none.</summary>
    private void DrawDamage()
    {
        SeededRandom random = new(_seed, "faults/damage");
        ParticipantId[] victims = [.. _all.Except(_masters)];
        random.Shuffle(victims);
        Queue<ParticipantId> left = new([.. _masters, .. victims]);
        bool[] isFlip = [.. Enumerable.Repeat(false, _profile.TornWrites), .. Enumerable.Repeat(true, _profile.FlippedBits)];
        random.Shuffle(isFlip);
        foreach (bool flips in isFlip)
        {
            if (left.TryDequeue(out ParticipantId victim))
            {
                _faults.Add(flips
                    ? new FlippedBit(Moment(random), victim, random.NextInt32(1_000_000))
                    : new TornWrite(Moment(random), victim, random.NextInt32(400)));
            }
        }
    }

    private void Add(string kind, int count, int victims, Func<SeededRandom, TimedFault> draw)
    {
        SeededRandom random = new(_seed, $"faults/{kind}");
        for (int i = 0; i < count && victims > 0; i++)
        {
            _faults.Add(draw(random));
        }
    }

    /// <summary>After the start, so that the first snapshot is stored, and before it becomes quiet.</summary>
    private TimeSpan Moment(SeededRandom random) => new(1 + (long)((_profile.Until.Ticks - 1) * random.NextDouble()));

    private TimeSpan Duration(SeededRandom random) =>
        _profile.MinDuration + ((_profile.MaxDuration - _profile.MinDuration) * random.NextDouble());

    private TimedFault Shortened(TimedFault fault) => fault.Until > _profile.Until && fault is ILastingFault lasting
        ? (TimedFault)lasting.Lasting(_profile.Until - fault.At)
        : fault;

    private ParticipantId Writer(SeededRandom random) => _masters.Length > 0 && random.NextInt32(2) == 0 ? _masters[0] : Pick(_all, random);

    private ImmutableArray<ParticipantId> Group(SeededRandom random)
    {
        ParticipantId[] mixed = [.. _strikable];
        random.Shuffle(mixed);
        return [.. mixed.Take(1 + random.NextInt32(mixed.Length)).Order()];
    }

    private static ImmutableArray<Link> Links(ParticipantId[] ends, SeededRandom random)
    {
        HashSet<Link> links = [];
        for (int i = 1 + random.NextInt32(ends.Length); i > 0; i--)
        {
            int first = random.NextInt32(ends.Length - 1);
            int second = first + 1 + random.NextInt32(ends.Length - 1 - first);
            links.Add(new Link(ends[first], ends[second]));
        }

        return [.. links];
    }

    private static T Pick<T>(T[] from, SeededRandom random) => from[random.NextInt32(from.Length)];
}
