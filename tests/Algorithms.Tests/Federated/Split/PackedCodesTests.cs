using ActorFed.Algorithms.Federated.Split;
using Xunit;

namespace ActorFed.Algorithms.Tests.Federated.Split;

public sealed class PackedCodesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(256, 8)]
    [InlineData(257, 9)]
    [InlineData(65_536, 16)]
    public void A_code_takes_the_logarithm_of_its_kinds_rounded_up(int kinds, int bits)
    {
        PackedCodes codes = PackedCodes.Of([.. Enumerable.Range(0, 21).Select(i => i * (kinds - 1) / 20)], kinds);

        Assert.Equal(bits, PackedCodes.BitsOf(kinds));
        Assert.Equal(((21 * bits) + 7) / 8, codes.Bytes.Length);
        Assert.Equal(codes.Bytes.Length, PackedCodes.BytesOf(21, kinds));
    }

    [Fact]
    public void Codes_stand_one_after_the_other_from_the_lowest_bit() =>
        Assert.Equal([0b01_00_10_01, 0b10], PackedCodes.Of([1, 2, 0, 1, 2], 3).Bytes.ToArray());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(300)]
    public void What_was_packed_is_read_again(int kinds)
    {
        int[] codes = [.. Enumerable.Range(0, 50).Select(i => i * 37 % kinds)];
        int[] read = new int[50];

        PackedCodes packed = PackedCodes.Of(codes, kinds);
        PackedCodes.Read(packed.Bytes, 50, kinds).CopyTo(read);

        Assert.Equal(codes, read);
        Assert.Equal(packed, PackedCodes.Read(packed.Bytes, 50, kinds));
        Assert.Equal(packed.GetHashCode(), PackedCodes.Of(codes, kinds).GetHashCode());
    }

    [Fact]
    public void Other_codes_kinds_or_counts_are_not_equal()
    {
        PackedCodes codes = PackedCodes.Of([1, 0, 1], 2);

        Assert.NotEqual(codes, PackedCodes.Of([1, 1, 1], 2));
        Assert.NotEqual(PackedCodes.Of([1, 0], 3), PackedCodes.Of([1, 0], 4));
        Assert.NotEqual(codes, PackedCodes.Of([1, 0, 1, 0], 2));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Refuses_to_send_what_is_no_code(int code) =>
        Assert.Contains($"is {code}; it must be between 0 and 2", Assert.Throws<ArgumentException>(() => PackedCodes.Of([0, code], 3)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("3F", 5, 2, "unused bits")]
    [InlineData("000F", 4, 2, "take 1 bytes; there are 2")]
    [InlineData("", 1, 2, "take 1 bytes; there are 0")]
    [InlineData("0B", 2, 3, "Code 0 is 3; it must be below 3")]
    [InlineData("", -1, 2, "at least 0")]
    [InlineData("", 0, 0, "at least 1")]
    public void Refuses_bytes_that_cannot_have_been_packed(string bytes, int count, int kinds, string words)
    {
        byte[] given = Convert.FromHexString(bytes);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => PackedCodes.Read(given, count, kinds)).Message, StringComparison.Ordinal);
    }
}
