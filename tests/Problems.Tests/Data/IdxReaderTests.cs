using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class IdxReaderTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, /* pixels */ 0, 4, 8, 255];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, /* labels */ 9, 0];

    [Fact]
    public void Reads_images_and_labels()
    {
        LabelledData data = IdxReader.Read(TestFile.Of(Images), TestFile.Of(Labels), new PixelScaling(0.5f, -1));

        Assert.Equal("some-set", data.Name);
        Assert.Equal<int>([9, 0], data.Labels);
        Assert.Equal(10, data.Classes);
        Assert.Equal([-1f, 1f], TestFile.Row(data.Features, 0));
        Assert.Equal([3f, 126.5f], TestFile.Row(data.Features, 1));
    }

    [Fact]
    public void Reads_compressed_files()
    {
        LabelledData data =
            IdxReader.Read(TestFile.Of(TestFile.Gzip(Images)), TestFile.Of(TestFile.Gzip(Labels)), PixelScaling.Unit);

        Assert.Equal([0, 4, 8, 255], ((ByteMatrix)data.Features).Values.ToArray());
    }

    [Fact]
    public void Normalises_MNIST_as_the_paper_does()
    {
        const float tolerance = 1e-6f; // of float arithmetic on values below 3

        Assert.Equal(((255 / 256f) - 0.1307f) / 0.3081f, White(PixelScaling.MnistTrain), tolerance);
        Assert.Equal((1 - 0.1307f) / 0.3081f, White(PixelScaling.MnistTest), tolerance);

        static float White(PixelScaling scaling) => (scaling.Scale * 255) + scaling.Offset;
    }

    [Fact]
    public void Rejects_another_format() =>
        TestFile.AssertFault(() => ReadImages("1 2:3.5\n"u8.ToArray()), "byte 0", "0x3120323A", "0x00000803");

    [Fact]
    public void Rejects_another_element_type() =>
        TestFile.AssertFault(() => ReadImages([0, 0, 0x0D, 3, .. Images[4..]]), "byte 0", "0x00000D03", "0x00000803");

    [Fact]
    public void Rejects_labels_where_images_belong() =>
        TestFile.AssertFault(() => ReadImages(Labels), "byte 3", "1 dimensions", "expected 3");

    [Fact]
    public void Rejects_a_file_that_ends_in_its_header() =>
        TestFile.AssertFault(() => ReadImages(Images[..10]), "byte 10", "the sizes", "6 more bytes");

    [Fact]
    public void Rejects_a_file_that_ends_in_its_values() =>
        TestFile.AssertFault(() => ReadImages(Images[..^1]), "byte 19", "the values", "1 more bytes");

    [Fact]
    public void Rejects_bytes_after_the_values() =>
        TestFile.AssertFault(() => ReadImages([.. Images, 7]), "byte 20", "more bytes follow", "2 x 1 x 2");

    [Theory]
    [InlineData(0, 0, 0, 0, "size 0")]
    [InlineData(255, 255, 255, 255, "size -1")]
    [InlineData(127, 255, 255, 255, "size 2147483647")]
    public void Rejects_a_size_out_of_range(byte a, byte b, byte c, byte d, string size) =>
        TestFile.AssertFault(() => ReadImages([0, 0, 8, 3, a, b, c, d, .. Images[8..]]), "byte 4", size);

    [Fact]
    public void Believes_no_size_before_the_bytes_are_there() =>
        // Two gigabytes claimed, twelve bytes there: this must fail without asking for the memory.
        TestFile.AssertFault(
            () => IdxReader.ReadLabels(TestFile.Of([0, 0, 8, 1, 0x7F, 0, 0, 0, 1, 2, 3, 4]), 10), "byte 12", "the file ends");

    [Fact]
    public void Rejects_a_label_that_names_no_class() =>
        TestFile.AssertFault(() => IdxReader.ReadLabels(TestFile.Of(Labels), 9), "byte 8", "label 9 of row 0", "0 to 8");

    [Fact]
    public void Rejects_labels_of_other_images() =>
        TestFile.AssertFault(
            () => IdxReader.Read(TestFile.Of(Images), TestFile.Of([0, 0, 8, 1, 0, 0, 0, 1, 5]), PixelScaling.Unit),
            "byte 4",
            "1 labels for the 2 images");

    private static ByteMatrix ReadImages(byte[] bytes) => IdxReader.ReadImages(TestFile.Of(bytes), PixelScaling.Unit);
}
