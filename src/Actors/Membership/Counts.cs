namespace ActorFed.Actors.Membership;

/// <summary>What participants have done, as far as reports count it.</summary>
/// <param name="Deliveries">Messages handed over.</param>
/// <param name="BytesSent">Payload bytes of messages sent.</param>
/// <param name="Restarts">Restarts after failures.</param>
/// <param name="Violations">Messages that were rejected.</param>
/// <param name="SendTimeouts">Messages that were dropped, since their receiver had no room for long.</param>
public readonly record struct Counts(long Deliveries, long BytesSent, long Restarts, long Violations, long SendTimeouts)
{
    /// <summary>The counts of both.</summary>
    public static Counts operator +(Counts left, Counts right) => new(
        left.Deliveries + right.Deliveries,
        left.BytesSent + right.BytesSent,
        left.Restarts + right.Restarts,
        left.Violations + right.Violations,
        left.SendTimeouts + right.SendTimeouts);

    /// <summary>What the first has counted beyond the second.</summary>
    public static Counts operator -(Counts left, Counts right) => new(
        left.Deliveries - right.Deliveries,
        left.BytesSent - right.BytesSent,
        left.Restarts - right.Restarts,
        left.Violations - right.Violations,
        left.SendTimeouts - right.SendTimeouts);
}
