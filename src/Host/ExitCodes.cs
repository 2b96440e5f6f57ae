namespace ActorFed.Host;

/// <summary>What the program's exit code means; documented in README.md.</summary>
internal static class ExitCodes
{
    /// <summary>All went well; a run ended by its stopping rule or time limit.</summary>
    public const int Success = 0;

    /// <summary>The work was done and the result is bad: a failed run, a deviation beyond tolerance, a damaged file.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the experiment or its data is wrong; nothing was started.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by the user; snapshots are stored.</summary>
    public const int Cancelled = 130;
}
