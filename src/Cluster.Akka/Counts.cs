using ActorFed.Wire;

namespace ActorFed.Cluster.Akka;

/// <summary>What participants have done, as far as reports count it.</summary>
internal readonly record struct Counts(long Deliveries, long BytesSent, long Restarts, long Violations, long SendTimeouts)
{
    public static Counts operator +(Counts left, Counts right) => new(
        left.Deliveries + right.Deliveries,
        left.BytesSent + right.BytesSent,
        left.Restarts + right.Restarts,
        left.Violations + right.Violations,
        left.SendTimeouts + right.SendTimeouts);

    public static Counts operator -(Counts left, Counts right) => new(
        left.Deliveries - right.Deliveries,
        left.BytesSent - right.BytesSent,
        left.Restarts - right.Restarts,
        left.Violations - right.Violations,
        left.SendTimeouts - right.SendTimeouts);

    public static Counts Of(ControlMessage.Counted told) => new(told.Deliveries, told.BytesSent, told.Restarts, told.Violations, told.SendTimeouts);

    public ControlMessage.Counted ToMessage() => new(Deliveries, BytesSent, Restarts, Violations, SendTimeouts);
}
