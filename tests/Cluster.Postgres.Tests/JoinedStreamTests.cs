using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

public sealed class JoinedStreamTests
{
    private static readonly byte[] First = [1, 2, 3];
    private static readonly byte[] Second = [4, 5];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void Is_one_piece_after_the_other_however_it_is_read(int atOnce)
    {
        using JoinedStream stream = new(First, Second);
        List<byte> read = [];
        byte[] buffer = new byte[atOnce];

        for (int count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            read.AddRange(buffer[..count]);
        }

        Assert.Equal([1, 2, 3, 4, 5], read);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Theory]
    [InlineData(0, SeekOrigin.Begin, 1)]
    [InlineData(-2, SeekOrigin.End, 4)]
    [InlineData(3, SeekOrigin.Current, 4)]
    public void Is_read_from_where_it_was_set(int offset, SeekOrigin origin, int next)
    {
        using JoinedStream stream = new(First, Second);

        stream.Seek(offset, origin);

        Assert.Equal(next, stream.ReadByte());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void Has_no_place_outside(int position)
    {
        using JoinedStream stream = new(First, Second);

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Position = position);
    }

    [Fact]
    public void Cannot_be_written()
    {
        using JoinedStream stream = new(First, Second);

        Assert.False(stream.CanWrite);
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
    }
}
