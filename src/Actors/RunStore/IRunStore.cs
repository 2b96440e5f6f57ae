using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Keeps runs: their plans, snapshots, metrics, events and what they leave behind.</summary>
/// <remarks>
/// Two processes may use one store at a time. What is accepted is safe: a call that returns has stored what it was given, or, of a
/// log, what was flushed. What cannot be done throws a <see cref="RunStoreException"/> that names the place, the cause and the way out.
/// </remarks>
public interface IRunStore : IDisposable
{
    /// <summary>Where runs are kept, in words; without credentials.</summary>
    string Place { get; }

    /// <summary>The cluster whose runs are kept here; null where nodes cannot share this store. Lives as long as the store.</summary>
    ICluster? Cluster => null;

    /// <summary>Ids of the runs, newest first.</summary>
    IReadOnlyList<string> List();

    /// <summary>A run to look at, whoever holds it.</summary>
    /// <param name="run">Its id, or what else the store knows runs by.</param>
    /// <exception cref="RunStoreException">There is no such run.</exception>
    IStoredRun Find(string run);

    /// <summary>Makes a run and holds it.</summary>
    /// <param name="id">Its id: not empty, without slashes.</param>
    /// <param name="plan">Text of its plan.</param>
    /// <exception cref="RunStoreException">There is one already.</exception>
    IOpenRun Create(string id, string plan);

    /// <summary>Holds an earlier run, to go on with it.</summary>
    /// <param name="run">Its id, or what else the store knows runs by.</param>
    /// <param name="takesOver">
    /// Whether to take it from whoever still holds it, as when a node is gone and its connections are not yet. The former holder can
    /// write nothing from then on. A store that cannot fence a holder off refuses.
    /// </param>
    /// <exception cref="RunStoreException">There is no such run, or it is in use.</exception>
    IOpenRun Resume(string run, bool takesOver = false);
}

/// <summary>A run as the store knows it. To be read while it is written, too.</summary>
public interface IStoredRun
{
    /// <summary>Its id.</summary>
    string Id { get; }

    /// <summary>Where it lies, in words; without credentials.</summary>
    string Place { get; }

    /// <summary>Full path of the folder with its files; null where runs are not kept as files.</summary>
    string? Folder { get; }

    /// <summary>Whether a process holds it now.</summary>
    bool IsOpen { get; }

    /// <summary>Text of its plan.</summary>
    string ReadPlan();

    /// <summary>What was measured, in the order in which it was recorded.</summary>
    /// <param name="newest">How many of the newest rows.</param>
    MetricsTable ReadMetrics(int newest = int.MaxValue);

    /// <summary>Events, one JSON object each, in the order in which they were recorded.</summary>
    /// <param name="position">0 for the first one, or where the page before ended.</param>
    /// <param name="most">How many at most.</param>
    EventPage ReadEvents(long position = 0, int most = int.MaxValue);

    /// <summary>The newest event; null when there is none.</summary>
    string? LastEvent();

    /// <summary>Names of the files it has, such as <c>model.safetensors</c>, in ordinal order.</summary>
    IReadOnlyList<string> FileNames();

    /// <summary>Opens a file of the run; the stream can seek.</summary>
    /// <exception cref="RunStoreException">There is none of that name.</exception>
    Stream OpenFile(string name);

    /// <summary>
    /// The snapshots of its participants. Those in a database are for many processes at a time, which need not hold the run; files are
    /// for the one that does.
    /// </summary>
    /// <param name="notify">Told of every stored and every damaged snapshot, on the thread that came upon it.</param>
    ISnapshotStore Snapshots(Action<SnapshotNotice> notify);
}

/// <summary>Some events, and where the next ones begin.</summary>
/// <param name="Lines">One JSON object each.</param>
/// <param name="Next">The position after them.</param>
public sealed record EventPage(IReadOnlyList<string> Lines, long Next);

/// <summary>A run that this process holds, and nobody else, until it is disposed of.</summary>
/// <remarks>
/// Who lost it to another process can write nothing more and reads an <see cref="OvertakenException"/>. Its logs are used by one
/// thread at a time, all else by any.
/// </remarks>
public interface IOpenRun : IStoredRun, IDisposable
{
    /// <summary>Whether there was a run before: metrics and events go on, snapshots are resumed from.</summary>
    bool IsResumed { get; }

    /// <summary>Replaces the plan.</summary>
    void ReplacePlan(string plan);

    /// <summary>Opens the metrics, to go on with them. To be called once.</summary>
    IMetricsLog OpenMetrics();

    /// <summary>Opens the events, to go on with them. To be called once.</summary>
    IEventLog OpenEvents();

    /// <summary>Writes a whole file: readers see the old one or the new one, never a part.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Writes the content; called again where the place was lost meanwhile.</param>
    void ReplaceFile(string name, Action<Stream> write);

    /// <summary>Begins a file that grows while the run goes on. Flushing the stream makes sure of what was written.</summary>
    /// <param name="name">Its name; there must be none of that name.</param>
    Stream AppendFile(string name);

    /// <summary>Says that the run has ended, so that its cluster does not go on with it. A run that no cluster carries out need not be told.</summary>
    void MarkEnded();
}

/// <summary>Where metrics go. Not safe for several threads.</summary>
public interface IMetricsLog : IDisposable
{
    /// <summary>
    /// The newest rows that there were when it was opened, as many as it takes to go on; null when there was nothing. That a run has a long past must
    /// not keep it waiting.
    /// </summary>
    MetricsTable? Earlier { get; }

    /// <summary>Rows before those of <see cref="Earlier"/>, spread evenly, for each combination of quantities that rows have; none where that has all.</summary>
    /// <param name="most">About how many of each combination at most.</param>
    MetricsTable ReadOlder(int most) => new(["step", "seconds"], []);

    /// <summary>Adds a row.</summary>
    /// <param name="step">Master steps made by then.</param>
    /// <param name="at">Time since the run began.</param>
    /// <param name="values">Quantities; of two with one name the last counts.</param>
    /// <exception cref="ArgumentException">A name is empty or has a comma, a quote or a line end.</exception>
    void Write(long step, TimeSpan at, IReadOnlyCollection<Measure> values);

    /// <summary>Removes the rows after a step: a run that was resumed there makes those steps again.</summary>
    void DropAfter(long step);

    /// <summary>Hands on what was written.</summary>
    void Flush();
}

/// <summary>Where events go. Not safe for several threads.</summary>
public interface IEventLog : IDisposable
{
    /// <summary>Adds an event.</summary>
    /// <param name="line">One JSON object, without line ends.</param>
    void Write(string line);

    /// <summary>Hands on what was written.</summary>
    void Flush();
}
