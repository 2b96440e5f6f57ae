using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// A disk in memory whose faults a test or a simulation chooses: equal calls have equal effects. It belongs to one thread at
/// a time.
/// </summary>
/// <remarks>
/// Faults of a participant's next writes are kept in order, one per write. Faults of what lies on the disk happen at once;
/// where there is nothing to damage, nothing happens.
/// </remarks>
public sealed class SimulatedDisk : ISnapshotFiles
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<ParticipantId, Queue<WriteFault>> _faults = [];
    private readonly Dictionary<ParticipantId, TimeSpan> _writeTimes = [];
    private readonly Dictionary<ParticipantId, string> _newest = [];
    private TimeSpan _delay;

    /// <summary>Puts a finished write on the disk, or fails.</summary>
    private delegate void WriteFault(string name, byte[] content);

    /// <summary>Names of all files, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>The participant's next write fails half-way: an <see cref="IOException"/> names the file, and half of it stays unfinished.</summary>
    public void FailNextWrite(ParticipantId participant) => Add(participant, (name, content) =>
    {
        _files[name + ISnapshotFiles.UnfinishedEnding] = content[..(content.Length / 2)];
        throw new IOException($"Cannot write '{name}' to the simulated disk: this write was made to fail.");
    });

    /// <summary>Of the participant's next write only a prefix reaches the disk, though it is reported as done.</summary>
    /// <param name="participant">Whose write.</param>
    /// <param name="keptBytes">Length of the prefix; at least 0. A file that is not longer stays whole.</param>
    public void TearNextWrite(ParticipantId participant, int keptBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keptBytes);
        Add(participant, (name, content) => _files[name] = content[..Math.Min(keptBytes, content.Length)]);
    }

    /// <summary>One bit of the participant's newest file flips.</summary>
    /// <param name="participant">Whose file.</param>
    /// <param name="bit">Which bit, from 0; counted round and round the file, so that every number is a bit.</param>
    public void FlipBitInNewest(ParticipantId participant, long bit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bit);
        if (_newest.TryGetValue(participant, out string? name) && _files.TryGetValue(name, out byte[]? content) && content.Length > 0)
        {
            long at = bit % (8L * content.Length);
            byte[] flipped = [.. content]; // readers may still hold the old bytes
            flipped[at / 8] ^= (byte)(1 << (int)(at % 8));
            _files[name] = flipped;
        }
    }

    /// <summary>The renaming of the participant's newest file is lost, as a power cut may lose it: its whole content is left, unfinished.</summary>
    public void LoseNewestRename(ParticipantId participant)
    {
        if (_newest.Remove(participant, out string? name) && _files.Remove(name, out byte[]? content))
        {
            _files[name + ISnapshotFiles.UnfinishedEnding] = content;
        }
    }

    /// <summary>Each write of the participant takes so long from now on.</summary>
    /// <param name="participant">Whose writes.</param>
    /// <param name="delay">The time of one write, failed or not; at least zero, and zero is the time of a disk without this fault.</param>
    public void SlowWrites(ParticipantId participant, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _writeTimes[participant] = delay;
    }

    /// <summary>How long the writes since the last call took; the engine adds it to the time of the turn that made them.</summary>
    public TimeSpan TakeDelay()
    {
        TimeSpan taken = _delay;
        _delay = TimeSpan.Zero;
        return taken;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(ParticipantId participant)
    {
        string start = $"{participant}.";
        return [.. _files.Keys.Where(name => name.StartsWith(start, StringComparison.Ordinal))];
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(string name) => _files.TryGetValue(name, out byte[]? content)
        ? content
        : throw new FileNotFoundException($"'{name}' is not on the simulated disk, which holds: {string.Join(", ", _files.Keys)}.", name);

    /// <inheritdoc/>
    public void Replace(string name, Action<Stream> write)
    {
        using MemoryStream content = new();
        write(content);
        ParticipantId participant = OwnerOf(name);
        _delay += _writeTimes.GetValueOrDefault(participant);
        if (_faults.TryGetValue(participant, out Queue<WriteFault>? faults) && faults.TryDequeue(out WriteFault? fault))
        {
            fault(name, content.ToArray());
        }
        else
        {
            _files[name] = content.ToArray();
        }

        _newest[participant] = name;
    }

    /// <inheritdoc/>
    public void Delete(string name) => _files.Remove(name);

    private static ParticipantId OwnerOf(string name) => ParticipantId.TryParse(name.Split('.')[0], out ParticipantId owner)
        ? owner
        : throw new ArgumentException($"'{name}' does not begin with a participant and a dot, such as 'master.'.", nameof(name));

    private void Add(ParticipantId participant, WriteFault fault)
    {
        if (!_faults.TryGetValue(participant, out Queue<WriteFault>? faults))
        {
            _faults[participant] = faults = new Queue<WriteFault>();
        }

        faults.Enqueue(fault);
    }
}
