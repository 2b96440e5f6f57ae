namespace ActorFed.Cluster.Akka;

/// <summary>Counts the messages of this process that were rejected for their type, on their way out or in.</summary>
internal static class Refusals
{
    private static long _count;

    /// <summary>How many by now.</summary>
    public static long Total => Interlocked.Read(ref _count);

    /// <summary>One more.</summary>
    public static void Count() => Interlocked.Increment(ref _count);
}
