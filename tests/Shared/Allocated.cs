namespace ActorFed.Tests.Shared;

/// <summary>Bytes that code allocates on its own thread.</summary>
internal static class Allocated
{
    private const int Repetitions = 5;

    /// <summary>
    /// The fewest of several repetitions. A collection that another thread asks for takes the rest of this thread's allocation buffer, up to
    /// 8 KiB, and counts it as allocated; what the code itself allocates is there in every repetition.
    /// </summary>
    public static long Fewest(Action code)
    {
        long fewest = long.MaxValue;
        for (int i = 0; i < Repetitions; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
