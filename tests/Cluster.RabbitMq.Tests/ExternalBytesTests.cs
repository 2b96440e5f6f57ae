using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

public sealed class ExternalBytesTests
{
    private const long NoteBytes = sizeof(long);

    private static readonly ParticipantId Served = ParticipantId.Worker(0);
    private static readonly ParticipantId Hosted = ParticipantId.Worker(1);

    private readonly ExternalBytes _bytes = new(new HashSet<ParticipantId> { Served });

    [Fact]
    public void Counts_those_that_other_programs_serve_and_nobody_else()
    {
        _bytes.Add(new PacketId(Served, 1, Instance: 7, Number: 1), new Note(1));
        _bytes.Add(new PacketId(Hosted, 1, Instance: 7, Number: 1), new Note(1));
        _bytes.Add(new PacketId(Served, 1, Instance: 7, Number: 4), new Note(2));

        Assert.Equal(2 * NoteBytes, _bytes.Total);
    }

    [Fact]
    public void Counts_once_what_arrives_twice()
    {
        PacketId id = new(Served, 1, Instance: 7, Number: 1);

        _bytes.Add(id, new Note(1));
        _bytes.Add(id, new Note(1));

        Assert.Equal(NoteBytes, _bytes.Total);
    }

    [Fact]
    public void Goes_on_with_a_new_process_whose_numbers_begin_anew()
    {
        _bytes.Add(new PacketId(Served, 1, Instance: 7, Number: 5), new Note(1));
        _bytes.Add(new PacketId(Served, 1, Instance: 8, Number: 1), new Note(2));

        Assert.Equal(2 * NoteBytes, _bytes.Total);
    }
}
