using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// The medium under a <see cref="GenerationStore"/>: a flat set of named files. A name begins with its participant's and a
/// dot. Called from any thread, one call at a time per participant.
/// </summary>
/// <remarks>What the medium cannot do it throws, with a message that names the place, the cause and the way out.</remarks>
public interface ISnapshotFiles
{
    /// <summary>Names of a participant's files, in any order.</summary>
    IReadOnlyList<string> List(ParticipantId participant);

    /// <summary>All bytes of a file.</summary>
    ReadOnlyMemory<byte> Read(string name);

    /// <summary>
    /// Writes a whole file: readers see the old content, if any, or the new, never a part. On return it is on the medium, not
    /// only on its way there.
    /// </summary>
    /// <param name="name">The file.</param>
    /// <param name="write">Writes the content; called once.</param>
    void Replace(string name, Action<Stream> write);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    void Delete(string name);
}
