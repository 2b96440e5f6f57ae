using System.Globalization;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;

namespace ActorFed.Scenarios.Tests;

/// <summary>Everything that can go wrong, at random by a seed, up to a moment.</summary>
internal sealed class SeededTrouble : IFaultSource
{
    private static readonly TimeSpan LongestExtra = TimeSpan.FromMilliseconds(60);

    private readonly ulong _seed;
    private readonly TimeSpan _until;
    private readonly double _rate;

    /// <param name="seed">Decides what goes wrong.</param>
    /// <param name="until">After it no more messages are struck; timed faults are over.</param>
    public SeededTrouble(ulong seed, TimeSpan until)
    {
        (_seed, _until) = (seed, until);
        SeededRandom random = new(seed, "timed");
        _rate = 0.4 * random.NextDouble();
        TimedFault[] timed = new TimedFault[2 + random.NextInt32(6)];
        for (int i = 0; i < timed.Length; i++)
        {
            timed[i] = Next(random, until);
        }

        if (random.NextInt32(4) == 0)
        {
            TimeSpan at = TimeSpan.FromMilliseconds(6 * random.NextDouble()); // while the first requests are under way
            timed[0] = new Trouble(at, TimeSpan.Zero, "crash", world => world.Crash(ParticipantId.Master, TimeSpan.Zero, forgets: true));
        }

        Timed = timed;
    }

    public IEnumerable<TimedFault> Timed { get; }

    /// <summary>When the last trace of trouble is gone.</summary>
    public TimeSpan QuietFrom => _until + (2 * LongestExtra);

    public MessageFault? Of(in Sending sending)
    {
        if (sending.At >= _until)
        {
            return null;
        }

        SeededRandom random = new(_seed, string.Create(CultureInfo.InvariantCulture, $"{sending.Sender}/{sending.Number}"));
        if (random.NextDouble() >= _rate)
        {
            return null;
        }

        TimeSpan extra = random.NextDouble() * LongestExtra;
        return random.NextInt32(10) switch
        {
            < 3 => new Struck(sending.Sender, sending.Number, "loss", passage => passage.IsLost = true),
            < 6 => new Struck(sending.Sender, sending.Number, "duplicate", passage => passage.CopyAfter = extra),
            < 8 => new Struck(sending.Sender, sending.Number, "delay", passage => passage.Extra = extra),
            8 => new Struck(sending.Sender, sending.Number, "forgery", passage => Forge(passage, random.NextInt32(CheckedRun.Workers))),
            _ => new Struck(sending.Sender, sending.Number, "poison", passage => Poison(passage, random.NextInt32(3))),
        };
    }

    private static TimedFault Next(SeededRandom random, TimeSpan until)
    {
        TimeSpan at = random.NextDouble() * 0.7 * until;
        TimeSpan lasts = random.NextDouble() * 0.3 * until;
        int worker = random.NextInt32(CheckedRun.Workers);
        ParticipantId who = random.NextInt32(3) == 0 ? ParticipantId.Master : ParticipantId.Worker(worker);
        bool forgets = random.NextInt32(2) == 0;
        double rate = 0.5 + random.NextDouble();
        return random.NextInt32(5) switch
        {
            < 2 => new Trouble(at, lasts, "crash", world => world.Crash(who, lasts, forgets)),
            2 => new Trouble(at, lasts, "pause", world => world.Pause(who, lasts)),
            3 => new Trouble(at, lasts, "partition", world => world.Block(at + lasts, (from, to) => (from.Index <= worker) != (to.Index <= worker))),
            _ => new Trouble(at, until - at, "clock", world => world.SetClock(who, lasts - at, rate)),
        };
    }

    /// <summary>What a worker says seems to come from another one.</summary>
    private static void Forge(Passage passage, int worker) =>
        passage.Sender = passage.Sender == ParticipantId.Master ? passage.Sender : ParticipantId.Worker(worker);

    private static void Poison(Passage passage, int kind)
    {
        if (passage.Message is StarMessage.WorkReported { Report: AdboBody.Stepped stepped } report)
        {
            passage.Message = kind switch
            {
                0 => report with { Report = stepped with { Upper = FlatVector.Of(double.NaN) } },
                1 => report with { Report = stepped with { Lower = FlatVector.Create(stepped.Lower.Length, y => y.Fill(double.NaN)) } },
                _ => report with { Id = report.Id with { Sequence = report.Id.Sequence + 1000 } },
            };
        }
    }

    private sealed record Struck(ParticipantId From, long Index, string Name, Action<Passage> Does) : MessageFault(From, Index)
    {
        public override string Kind => Name;

        public override void Strike(Passage passage) => Does(passage);
    }

    private sealed record Trouble(TimeSpan When, TimeSpan Lasts, string Name, Action<IFaultyWorld> Does) : TimedFault(When)
    {
        public override string Kind => Name;

        public override TimeSpan Until => At + Lasts;

        public override void Strike(IFaultyWorld world) => Does(world);

        public override void Validate(IReadOnlyList<ParticipantId> participants)
        {
        }
    }
}
