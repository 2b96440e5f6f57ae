using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>An <c>events.jsonl</c> that is written.</summary>
/// <param name="path">The file, new or to append to.</param>
internal sealed class EventFile(string path) : IEventLog
{
    private readonly StreamWriter _writer = RunFolderException.Guard(path, "open the events", () => LineFile.Append(path));

    /// <inheritdoc/>
    public void Write(string line) => RunFolderException.Guard(path, "write the events", () => _writer.WriteLine(line));

    /// <inheritdoc/>
    public void Flush() => RunFolderException.Guard(path, "write the events", _writer.Flush);

    /// <summary>Closes the file.</summary>
    public void Dispose() => RunFolderException.Guard(path, "close the events", _writer.Dispose);
}
