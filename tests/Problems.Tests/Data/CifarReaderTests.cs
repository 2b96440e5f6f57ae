using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class CifarReaderTests
{
    private const int RecordBytes = 3073;

    [Fact]
    public void Reads_records()
    {
        byte[] bytes = new byte[2 * RecordBytes];
        (bytes[0], bytes[1], bytes[RecordBytes], bytes[^1]) = (9, 255, 3, 51);

        LabelledData data = CifarReader.Read(TestFile.Of(bytes), new PixelScaling(1, 0));

        Assert.Equal<int>([9, 3], data.Labels);
        Assert.Equal(255, TestFile.Row(data.Features, 0)[0]);
        Assert.Equal(51, TestFile.Row(data.Features, 1)[^1]);
    }

    [Fact]
    public void Rejects_a_record_that_breaks_off() =>
        TestFile.AssertFault(() => Read(new byte[RecordBytes + 5]), "byte 3078", "record 1", "3073");

    [Fact]
    public void Rejects_a_label_that_names_no_class()
    {
        byte[] bytes = new byte[2 * RecordBytes];
        bytes[RecordBytes] = 10;

        TestFile.AssertFault(() => Read(bytes), "byte 3073", "label 10 of record 1", "0 to 9");
    }

    private static LabelledData Read(byte[] bytes) => CifarReader.Read(TestFile.Of(bytes), PixelScaling.Unit);
}
