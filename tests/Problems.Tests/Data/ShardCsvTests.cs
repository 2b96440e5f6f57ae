using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class ShardCsvTests
{
    [Fact]
    public void Writes_the_rows_of_one_shard_with_part_index_and_label()
    {
        LabelledData train = new("four", new DenseMatrix([0.1f, -2, 0.3f, 4e-10f, 5, 6, 7, 8], 2), [0, 1, 2, 1], 3);
        ShardedData data = new(train, train, [new Shard([0], [2]), new Shard([1, 3], [])]);
        using StringWriter output = new();

        ShardCsv.Write(output, data, 0);
        ShardCsv.Write(output, data, 1);

        Assert.Equal(
            "part,row,label,x1,x2\ntrain,0,0,0.1,-2\nvalidation,2,2,5,6\n" + "part,row,label,x1,x2\ntrain,1,1,0.3,4E-10\ntrain,3,1,7,8\n",
            output.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Refuses_a_shard_that_is_not_there(int shard)
    {
        LabelledData train = SmallData.Floats(8, 2, 2);
        using StringWriter output = new();

        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(() => ShardCsv.Write(output, SmallData.Shard(train, train, 2), shard));

        Assert.Contains($"Shard {shard} was asked for; there are shards 0 to 1.", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
