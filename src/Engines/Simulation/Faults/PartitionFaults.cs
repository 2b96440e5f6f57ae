using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A group and all others cannot reach each other.</summary>
/// <param name="At">When.</param>
/// <param name="Group">One side: at least one participant, and not all.</param>
/// <param name="Duration">How long.</param>
public sealed record Partition(TimeSpan At, ImmutableArray<ParticipantId> Group, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Partition;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        world.Block(Until, (from, to) => Group.Contains(from) != Group.Contains(to));
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        PartitionFaults.ValidateGroup(this, Group, placement);
    }

    /// <summary>Whether both are the same line of a plan; lists do not compare by value.</summary>
    public bool Equals(Partition? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => At.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} cut off {string.Join(',', Group)} {Period}";
}

/// <summary>All that a group says to the others, or all that they say to it, is lost; the other direction works.</summary>
/// <param name="At">When.</param>
/// <param name="Group">At least one participant, and not all.</param>
/// <param name="IsOutgoing">Whether the group's messages to the others are lost; else those of the others to it.</param>
/// <param name="Duration">How long.</param>
public sealed record OneWayPartition(TimeSpan At, ImmutableArray<ParticipantId> Group, bool IsOutgoing, TimeSpan Duration)
    : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.OneWayPartition;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        world.Block(Until, (from, to) => Group.Contains(from) == IsOutgoing && Group.Contains(to) != IsOutgoing);
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        PartitionFaults.ValidateGroup(this, Group, placement);
    }

    /// <summary>Whether both are the same line of a plan; lists do not compare by value.</summary>
    public bool Equals(OneWayPartition? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => At.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} cut {(IsOutgoing ? "outgoing" : "incoming")} {string.Join(',', Group)} {Period}";
}

/// <summary>Some pairs cannot reach each other, though both may reach third ones.</summary>
/// <param name="At">When.</param>
/// <param name="Links">The pairs; at least one, each of two different participants.</param>
/// <param name="Duration">How long.</param>
public sealed record PartialPartition(TimeSpan At, ImmutableArray<Link> Links, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.PartialPartition;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        world.Block(Until, (from, to) => Links.Contains(new Link(from, to)) || Links.Contains(new Link(to, from)));
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        if (Links.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"The fault '{this}' cuts no link; name at least one pair, such as master~worker-0.");
        }

        foreach (Link link in Links)
        {
            Require.Known(this, link.First, placement);
            Require.Known(this, link.Second, placement);
            if (link.First == link.Second)
            {
                throw new ArgumentException($"The fault '{this}' cuts {link.First} off from itself; a link has two different ends.");
            }
        }
    }

    /// <summary>Whether both are the same line of a plan; lists do not compare by value.</summary>
    public bool Equals(PartialPartition? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => At.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} cut links {string.Join(',', Links)} {Period}";
}

/// <summary>Two participants that send each other messages.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
public readonly record struct Link(ParticipantId First, ParticipantId Second)
{
    /// <inheritdoc/>
    public override string ToString() => $"{First}~{Second}";
}

/// <summary>What partitions have in common.</summary>
internal static class PartitionFaults
{
    public static void ValidateGroup(
        Fault fault, ImmutableArray<ParticipantId> group, IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        int inside = group.IsDefault ? 0 : group.Distinct().Count();
        if (inside == 0 || inside >= placement.Count)
        {
            throw new ArgumentException(
                $"The fault '{fault}' has {inside} of {placement.Count} participants on one side; there must be at least one on either side.");
        }

        foreach (ParticipantId participant in group)
        {
            Require.Known(fault, participant, placement);
        }
    }
}
