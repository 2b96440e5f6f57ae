using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>Keeps the two newest snapshots of every participant, and lets only its newest incarnation store one.</summary>
/// <remarks>
/// The row of a participant in <c>epochs</c> is what everything goes through: beginning an incarnation raises its number, and storing
/// compares and locks it, in one transaction with what it does. So of two incarnations, whatever their clocks and connections do, the
/// older one either stored before the newer one began, which then begins from that snapshot, or stores nothing.
/// </remarks>
internal sealed class PostgresSnapshots(Access access, IStoredRun run, int number, Action<SnapshotNotice> notify) : ISnapshotStore
{
    private const int Kept = 2;

    /// <summary>What the database holds in one value is a little more.</summary>
    private const long MaxBytes = 1_000_000_000;

    /// <inheritdoc/>
    /// <exception cref="OvertakenException">A newer incarnation has begun.</exception>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        byte[] head = Head(participant, incarnation, snapshot);
        string name = participant.ToString();
        long generation = access.Do($"store a snapshot of {participant}", connection =>
        {
            int isNewest = connection.Execute(
                "INSERT INTO epochs (run, participant, epoch) VALUES ($1, $2, $3) "
                + "ON CONFLICT (run, participant) DO UPDATE SET epoch = excluded.epoch WHERE epochs.epoch <= excluded.epoch",
                number,
                name,
                incarnation);
            if (isNewest == 0)
            {
                throw Overtaken(connection, participant, incarnation);
            }

            long next = (long)connection.Scalar(
                "INSERT INTO snapshots (run, participant, generation, epoch, content) "
                + "SELECT $1, $2, coalesce(max(generation), 0) + 1, $3, $4 FROM snapshots WHERE run = $1 AND participant = $2 RETURNING generation",
                number,
                name,
                incarnation,
                new JoinedStream(head, snapshot.Content))!;
            connection.Execute(
                "DELETE FROM snapshots WHERE run = $1 AND participant = $2 AND generation <= $3", number, name, next - Kept);
            return next;
        });
        notify(new SnapshotNotice(participant, NameOf(participant, generation, incarnation)));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There are snapshots and none is intact; the message names them.</exception>
    public StoredSnapshot? Latest(ParticipantId participant) => access.Do(
        $"read a snapshot of {participant}",
        connection =>
        {
            // Locked, so that nothing is stored, and none of the older ones removed, while they are read.
            int epoch = (int?)connection.Scalar("SELECT epoch FROM epochs WHERE run = $1 AND participant = $2 FOR SHARE", number, participant.ToString()) ?? 0;
            return Newest(connection, participant) is { } stored ? stored with { Incarnation = Math.Max(epoch, stored.Incarnation) } : null;
        });

    /// <inheritdoc/>
    public BegunIncarnation Begin(ParticipantId participant, int last) => access.Do($"begin an incarnation of {participant}", connection =>
    {
        int epoch = (int)connection.Scalar(
            "INSERT INTO epochs (run, participant, epoch) VALUES ($1, $2, $3) "
            + "ON CONFLICT (run, participant) DO UPDATE SET epoch = greatest(epochs.epoch + 1, excluded.epoch) RETURNING epoch",
            number,
            participant.ToString(),
            last + 1)!;
        return new BegunIncarnation(epoch, Newest(connection, participant)?.Snapshot);
    });

    private static byte[] Head(ParticipantId participant, int incarnation, Snapshot snapshot) => snapshot.Content.Length <= MaxBytes
        ? SnapshotFile.Head(participant, incarnation, snapshot)
        : throw new RunStoreException(
            $"The snapshot of {participant} has {snapshot.Content.Length} bytes, and a database keeps at most {MaxBytes} of one. Keep this run in a folder: store.kind = folder.");

    private static string NameOf(ParticipantId participant, long generation, int incarnation) =>
        string.Create(CultureInfo.InvariantCulture, $"{participant}.{generation:D6}.{incarnation}");

    private OvertakenException Overtaken(NpgsqlConnection connection, ParticipantId participant, int incarnation)
    {
        object? newest = connection.Scalar("SELECT epoch FROM epochs WHERE run = $1 AND participant = $2", number, participant.ToString());
        return new OvertakenException(
            $"Incarnation {incarnation} of {participant} was overtaken by incarnation {newest}, which goes on with it; it can store nothing more in {run.Place}.");
    }

    /// <summary>The newest intact snapshot.</summary>
    private StoredSnapshot? Newest(NpgsqlConnection connection, ParticipantId participant)
    {
        List<string> damaged = [];
        List<long> generations = connection.Query(
            row => row.GetInt64(0),
            "SELECT generation FROM snapshots WHERE run = $1 AND participant = $2 ORDER BY generation DESC",
            number,
            participant.ToString());
        foreach (long generation in generations)
        {
            (int epoch, byte[] content) = connection.Query(
                row => (row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
                "SELECT epoch, content FROM snapshots WHERE run = $1 AND participant = $2 AND generation = $3",
                number,
                participant.ToString(),
                generation).Single();
            try
            {
                return SnapshotFile.Read(content, participant);
            }
            catch (InvalidDataException damage)
            {
                string name = NameOf(participant, generation, epoch);
                damaged.Add($"{name}: {damage.Message}");
                notify(new SnapshotNotice(participant, name, damage.Message));
            }
        }

        return damaged.Count == 0 ? null : throw new InvalidDataException(
            $"No snapshot of {participant} in {run.Place} is intact ({string.Join("; ", damaged)}). Put one back from a backup, or begin a new run.");
    }
}
