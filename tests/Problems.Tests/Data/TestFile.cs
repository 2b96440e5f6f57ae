using System.IO.Compression;
using System.Text;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

/// <summary>Files in memory, and what is checked of every fault in one.</summary>
internal static class TestFile
{
    public static DataSource Of(byte[] bytes) => new("some-set", "file.dat", new MemoryStream(bytes));

    public static DataSource Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Bytes that do not compress, so that a cut anywhere in the packed file cuts real data.</summary>
    public static byte[] Incompressible(int count)
    {
        byte[] bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Asserts that reading fails with a message that has the file, place, parts given and way out.</summary>
    public static void AssertFault(Func<object> read, string place, params string[] parts)
    {
        InvalidDataException fault = Assert.Throws<InvalidDataException>(read);

        Assert.StartsWith($"file.dat, {place}: ", fault.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
        Assert.Contains("'actorfed data check some-set'", fault.Message, StringComparison.Ordinal);
    }

    public static float[] Row(FeatureMatrix features, int row)
    {
        float[] values = new float[features.Columns];
        features.CopyRow(row, values);
        return values;
    }
}
