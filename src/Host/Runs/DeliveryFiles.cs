using System.Globalization;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>The files with a run's deliveries: one for each part of a resumed run, counted from 1.</summary>
internal static class DeliveryFiles
{
    private const string Start = "deliveries-";
    private const string End = ".bin";

    /// <summary>The file of a part.</summary>
    public static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{Start}{part}{End}");

    /// <summary>The parts of a run of which deliveries are recorded, ascending.</summary>
    public static IEnumerable<int> PartsOf(IStoredRun run) => run.FileNames()
        .Where(name => name.StartsWith(Start, StringComparison.Ordinal) && name.EndsWith(End, StringComparison.Ordinal))
        .Select(name => int.TryParse(name.AsSpan(Start.Length..^End.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int part) ? part : 0)
        .Where(part => part > 0)
        .Order();

    /// <summary>Where the part that begins now records its deliveries; earlier parts have records of their own.</summary>
    public static string NextOf(IStoredRun run) => NameOf(PartsOf(run).DefaultIfEmpty(0).Max() + 1);
}
