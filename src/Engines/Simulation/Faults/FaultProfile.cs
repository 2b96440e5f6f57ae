namespace ActorFed.Engines.Simulation.Faults;

/// <summary>How much of each kind of fault is drawn for a run.</summary>
/// <remarks>Probabilities are per message, in [0, 1]. Numbers of timed faults are per run; they are spread evenly over the time until <see cref="Until"/>.</remarks>
public sealed record FaultProfile
{
    private const int MaxCount = 100_000;

    /// <summary>Nothing goes wrong.</summary>
    public static FaultProfile None { get; } = new();

    /// <summary>What a rented machine sees on a bad day: loss, delay, a crash, a pause, a partition.</summary>
    public static FaultProfile Light { get; } = new()
    {
        Loss = 0.005,
        Duplication = 0.005,
        Reordering = 0.01,
        Corruption = 0.001,
        Crashes = 1,
        Pauses = 1,
        Partitions = 1,
        SlowDisks = 1,
        ClockSkews = 1,
    };

    /// <summary>All kinds at once, far more often than anywhere outside of a test.</summary>
    public static FaultProfile Heavy { get; } = new()
    {
        Loss = 0.03,
        Duplication = 0.03,
        Reordering = 0.05,
        Corruption = 0.01,
        NanPoison = 0.005,
        HugePoison = 0.005,
        LengthPoison = 0.005,
        Replay = 0.01,
        Forgery = 0.005,
        Crashes = 4,
        MasterCrashes = 2,
        NodeCrashes = 1,
        Pauses = 4,
        Partitions = 2,
        OneWayPartitions = 2,
        PartialPartitions = 2,
        SlowDisks = 2,
        FailedWrites = 1,
        TornWrites = 1,
        FlippedBits = 1,
        ClockSkews = 3,
    };

    /// <summary>That a message is lost.</summary>
    public double Loss { get; init; }

    /// <summary>That it arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>That it is held up.</summary>
    public double Reordering { get; init; }

    /// <summary>That it is damaged on its way.</summary>
    public double Corruption { get; init; }

    /// <summary>That a report has a NaN.</summary>
    public double NanPoison { get; init; }

    /// <summary>That it has a number that is far too large.</summary>
    public double HugePoison { get; init; }

    /// <summary>That it has a vector of the wrong length.</summary>
    public double LengthPoison { get; init; }

    /// <summary>That an older message goes in its place.</summary>
    public double Replay { get; init; }

    /// <summary>That it comes in another's name.</summary>
    public double Forgery { get; init; }

    /// <summary>Shortest delay of a copy or of a message held up; at least zero.</summary>
    public TimeSpan MinDelay { get; init; }

    /// <summary>Longest such delay; at least <see cref="MinDelay"/>.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Crashes of participants other than the master.</summary>
    public int Crashes { get; init; }

    /// <summary>Crashes of the master.</summary>
    public int MasterCrashes { get; init; }

    /// <summary>Crashes of nodes.</summary>
    public int NodeCrashes { get; init; }

    /// <summary>Pauses.</summary>
    public int Pauses { get; init; }

    /// <summary>Groups cut off.</summary>
    public int Partitions { get; init; }

    /// <summary>Groups cut off in one direction.</summary>
    public int OneWayPartitions { get; init; }

    /// <summary>Cuts of some links only.</summary>
    public int PartialPartitions { get; init; }

    /// <summary>Disks slow for a while.</summary>
    public int SlowDisks { get; init; }

    /// <summary>Writes that fail. In a star only the master writes.</summary>
    public int FailedWrites { get; init; }

    /// <summary>Writes of which only the beginning is kept.</summary>
    public int TornWrites { get; init; }

    /// <summary>Bits flipped in snapshots.</summary>
    public int FlippedBits { get; init; }

    /// <summary>Clocks set wrong.</summary>
    public int ClockSkews { get; init; }

    /// <summary>Shortest duration of what lasts for a while; at least zero. What is left until <see cref="Until"/> may be shorter.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest such duration; at least <see cref="MinDuration"/>.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time of one write to a slow disk; at least zero.</summary>
    public TimeSpan MaxWriteTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How far a clock is ahead or behind at most; from zero to a day.</summary>
    public TimeSpan MaxClockOffset { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many times too fast or too slowly a clock runs at most; from 1 to 100.</summary>
    public double MaxClockRate { get; init; } = 1.5;

    /// <summary>When it becomes quiet: no fault strikes from then on, and those that last are over. At least zero.</summary>
    public TimeSpan Until { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether nothing can come of it.</summary>
    public bool DrawsNothing =>
        Until == TimeSpan.Zero
        || (Loss + Duplication + Reordering + Corruption + NanPoison + HugePoison + LengthPoison + Replay + Forgery == 0
            && Crashes + MasterCrashes + NodeCrashes + Pauses + Partitions + OneWayPartitions + PartialPartitions
                + SlowDisks + FailedWrites + TornWrites + FlippedBits + ClockSkews == 0);

    /// <summary>Checks the ranges above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        Probability(Loss, nameof(Loss));
        Probability(Duplication, nameof(Duplication));
        Probability(Reordering, nameof(Reordering));
        Probability(Corruption, nameof(Corruption));
        Probability(Loss + Duplication + Reordering + Corruption, "the sum of Loss, Duplication, Reordering and Corruption");
        Probability(NanPoison, nameof(NanPoison));
        Probability(HugePoison, nameof(HugePoison));
        Probability(LengthPoison, nameof(LengthPoison));
        Probability(Replay, nameof(Replay));
        Probability(Forgery, nameof(Forgery));
        Probability(NanPoison + HugePoison + LengthPoison + Replay + Forgery, "the sum of the poisons, Replay and Forgery");
        (int, string)[] counts =
        [
            (Crashes, nameof(Crashes)), (MasterCrashes, nameof(MasterCrashes)), (NodeCrashes, nameof(NodeCrashes)), (Pauses, nameof(Pauses)),
            (Partitions, nameof(Partitions)), (OneWayPartitions, nameof(OneWayPartitions)), (PartialPartitions, nameof(PartialPartitions)),
            (SlowDisks, nameof(SlowDisks)), (FailedWrites, nameof(FailedWrites)), (TornWrites, nameof(TornWrites)),
            (FlippedBits, nameof(FlippedBits)), (ClockSkews, nameof(ClockSkews)),
        ];
        foreach ((int count, string name) in counts)
        {
            Check(count is >= 0 and <= MaxCount, $"{name} is {count}; it must be between 0 and {MaxCount}.");
        }

        AtLeast(MinDelay, TimeSpan.Zero, nameof(MinDelay));
        AtLeast(MaxDelay, MinDelay, nameof(MaxDelay));
        AtLeast(MinDuration, TimeSpan.Zero, nameof(MinDuration));
        AtLeast(MaxDuration, MinDuration, nameof(MaxDuration));
        AtLeast(MaxWriteTime, TimeSpan.Zero, nameof(MaxWriteTime));
        AtLeast(MaxClockOffset, TimeSpan.Zero, nameof(MaxClockOffset));
        Check(MaxClockOffset <= TimeSpan.FromDays(1), $"{nameof(MaxClockOffset)} is {DurationText.Format(MaxClockOffset)}; it must be at most 24h.");
        Check(MaxClockRate is >= 1 and <= 100, $"{nameof(MaxClockRate)} is {MaxClockRate}; it must be between 1 and 100.");
        AtLeast(Until, TimeSpan.Zero, nameof(Until));
    }

    private static void Probability(double value, string name) =>
        Check(value is >= 0 and <= 1, $"{name} is {value}; it must be between 0 and 1.");

    private static void AtLeast(TimeSpan value, TimeSpan min, string name) =>
        Check(value >= min, $"{name} is {DurationText.Format(value)}; it must be at least {DurationText.Format(min)}.");

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
