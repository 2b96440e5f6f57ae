using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// The medium under a <see cref="GenerationStore"/>: a flat set of named files. A name begins with its participant's and a
/// dot. Called from any thread, one call at a time per participant.
/// </summary>
/// <remarks>What the medium cannot do it throws, with a message that names the place, the cause and the way out.</remarks>
public interface ISnapshotFiles
{
    /// <summary>Ends the name of a file that was being written and never got its own name.</summary>
    const string UnfinishedEnding = ".tmp";

    /// <summary>Names of a participant's files, in any order, the unfinished ones among them.</summary>
    IReadOnlyList<string> List(ParticipantId participant);

    /// <summary>All bytes of a file.</summary>
    ReadOnlyMemory<byte> Read(string name);

    /// <summary>
    /// Writes a whole file: readers see the old content, if any, or the new, never a part. On return the content is on the
    /// medium, not only on its way there.
    /// </summary>
    /// <remarks>
    /// The content is written and flushed under the name with <see cref="UnfinishedEnding"/>; renaming it comes last. A power
    /// cut soon after may take the renaming back, and with it only that: the content is then still there, whole, under the
    /// unfinished name. A write that fails may leave a part there.
    /// </remarks>
    /// <param name="name">The file.</param>
    /// <param name="write">Writes the content; called once.</param>
    void Replace(string name, Action<Stream> write);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    void Delete(string name);
}
