namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Words what a topology cannot be made from. What begins with the name of an option can be shown as the key that sets it.</summary>
internal static class Require
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise.EndsWith('.') ? otherwise : otherwise + ".");
        }
    }

    public static void AtLeast(int least, int count, string what, string wayOut) =>
        That(count >= least, $"A {what} needs at least {least} participants, and there are {count}; {wayOut}");
}
