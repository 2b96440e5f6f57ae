namespace ActorFed.Problems.Data;

/// <summary>Reads the binary records of CIFAR-10: one label byte, then 1024 red, 1024 green and 1024 blue bytes.</summary>
public static class CifarReader
{
    private const int Classes = 10;
    private const int PixelBytes = 3 * 32 * 32;

    /// <summary>Reads all records.</summary>
    /// <exception cref="InvalidDataException">A label is above 9, or the last record is incomplete.</exception>
    public static LabelledData Read(DataSource file, PixelScaling scaling)
    {
        using Stream plain = file.OpenPlain();
        using MemoryStream pixels = new();
        List<int> labels = [];
        byte[] record = new byte[1 + PixelBytes];
        while (true)
        {
            long offset = (long)labels.Count * record.Length;
            int read = plain.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
            if (read == 0)
            {
                ByteMatrix features = new(pixels.ToArray(), PixelBytes, scaling.Scale, scaling.Offset);
                return new LabelledData(file.SetName, features, [.. labels], Classes);
            }

            if (read < record.Length)
            {
                throw file.Fault(
                    $"byte {offset + read}",
                    $"the file ends within record {labels.Count}; expected records of {record.Length} bytes");
            }

            if (record[0] >= Classes)
            {
                throw file.Fault($"byte {offset}", $"label {record[0]} of record {labels.Count}; expected 0 to {Classes - 1}");
            }

            labels.Add(record[0]);
            pixels.Write(record.AsSpan(1));
        }
    }
}
