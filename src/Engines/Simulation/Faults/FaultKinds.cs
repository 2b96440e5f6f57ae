using System.Collections.Immutable;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A row of the table of faults.</summary>
/// <param name="Name">Its name, in kebab case: <see cref="Fault.Kind"/> of the faults that count in it.</param>
/// <param name="Meaning">What goes wrong, in one line.</param>
public sealed record FaultKind(string Name, string Meaning);

/// <summary>All kinds of faults, in the order in which tables show them.</summary>
public static class FaultKinds
{
    internal const string Loss = "loss";
    internal const string Duplication = "duplication";
    internal const string Reordering = "reordering";
    internal const string Corruption = "corruption";
    internal const string NanPoison = "nan-poison";
    internal const string HugePoison = "huge-poison";
    internal const string LengthPoison = "length-poison";
    internal const string Replay = "replay";
    internal const string Forgery = "forgery";
    internal const string Crash = "crash";
    internal const string MasterCrash = "master-crash";
    internal const string NodeCrash = "node-crash";
    internal const string Pause = "pause";
    internal const string Partition = "partition";
    internal const string OneWayPartition = "one-way-partition";
    internal const string PartialPartition = "partial-partition";
    internal const string SlowDisk = "slow-disk";
    internal const string FailedWrite = "failed-write";
    internal const string TornWrite = "torn-write";
    internal const string FlippedBit = "flipped-bit";
    internal const string ClockSkew = "clock-skew";

    /// <summary>All kinds.</summary>
    public static ImmutableArray<FaultKind> All { get; } =
    [
        new(Loss, "a message never arrives"),
        new(Duplication, "a message arrives twice"),
        new(Reordering, "a message is overtaken by later ones"),
        new(Corruption, "a message is damaged on its way, and its checksum says so"),
        new(NanPoison, "a participant reports NaN"),
        new(HugePoison, "a participant reports a number so large that its square overflows"),
        new(LengthPoison, "a participant reports a vector of the wrong length"),
        new(Replay, "a participant says again what it said before"),
        new(Forgery, "a participant speaks in another's name"),
        new(Crash, "a participant is killed and rebuilt later"),
        new(MasterCrash, "the master is killed and rebuilt later"),
        new(NodeCrash, "a node dies; its participants are rebuilt from what is stored"),
        new(Pause, "a participant does nothing for a while"),
        new(Partition, "a group is cut off from all others"),
        new(OneWayPartition, "messages of a group to all others, or of all others to it, are lost"),
        new(PartialPartition, "some pairs cannot reach each other, though both reach third ones"),
        new(SlowDisk, "writes of a participant's snapshots take long"),
        new(FailedWrite, "a write of a participant's snapshot fails"),
        new(TornWrite, "only the beginning of a snapshot reaches the disk"),
        new(FlippedBit, "one bit of the newest of several snapshots flips"),
        new(ClockSkew, "a participant's clock is wrong, or runs too fast or too slowly"),
    ];
}
