using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>Reads images and labels in the IDX format of MNIST: big-endian sizes, then bytes.</summary>
public static class IdxReader
{
    private const byte UnsignedByte = 0x08;

    /// <summary>Reads images and the labels that belong to them.</summary>
    /// <param name="images">A three-dimensional file of bytes: images, rows, columns.</param>
    /// <param name="labels">A one-dimensional file of bytes.</param>
    /// <param name="scaling">How pixels become features.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="InvalidDataException">A file is no such file or incomplete, or the two do not fit each other.</exception>
    public static LabelledData Read(DataSource images, DataSource labels, PixelScaling scaling, int classes = 10)
    {
        ByteMatrix pixels = ReadImages(images, scaling);
        ImmutableArray<int> read = ReadLabels(labels, classes);
        return pixels.Rows == read.Length
            ? new LabelledData(images.SetName, pixels, read, classes)
            : throw labels.Fault(
                "byte 4", $"{read.Length} labels for the {pixels.Rows} images of {images.DisplayName}; expected as many");
    }

    /// <summary>Reads a three-dimensional file of bytes, one image per row.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or is incomplete.</exception>
    public static ByteMatrix ReadImages(DataSource file, PixelScaling scaling)
    {
        (int[] sizes, byte[] bytes) = ReadBytes(file, 3);
        return new ByteMatrix(bytes, sizes[1] * sizes[2], scaling.Scale, scaling.Offset);
    }

    /// <summary>Reads a one-dimensional file of bytes.</summary>
    /// <exception cref="InvalidDataException">It is no such file, is incomplete, or a label names no class.</exception>
    public static ImmutableArray<int> ReadLabels(DataSource file, int classes)
    {
        (int[] _, byte[] bytes) = ReadBytes(file, 1);
        int wrong = bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(classes - 1, byte.MaxValue));
        return wrong < 0
            ? [.. bytes.Select(label => (int)label)]
            : throw file.Fault($"byte {8 + wrong}", $"label {bytes[wrong]} of row {wrong}; expected 0 to {classes - 1}");
    }

    private static (int[] Sizes, byte[] Bytes) ReadBytes(DataSource file, int dimensions)
    {
        using Stream plain = file.OpenPlain();
        byte[] magic = file.ReadBytes(plain, 0, 4, "the magic number");
        if (magic is not [0, 0, UnsignedByte, _])
        {
            throw file.Fault(
                "byte 0", $"magic number 0x{Convert.ToHexString(magic)}; expected 0x{UnsignedByte:X6}{dimensions:X2}");
        }

        if (magic[3] != dimensions)
        {
            throw file.Fault("byte 3", $"{magic[3]} dimensions; expected {dimensions}");
        }

        byte[] header = file.ReadBytes(plain, 4, 4 * dimensions, "the sizes");
        int[] sizes = new int[dimensions];
        long count = 1;
        for (int i = 0; i < dimensions; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i));
            if (sizes[i] < 1 || count > Array.MaxLength / sizes[i])
            {
                throw file.Fault(
                    $"byte {4 + (4 * i)}",
                    $"size {sizes[i]} in dimension {i}; expected at least 1, and at most {Array.MaxLength} bytes in all");
            }

            count *= sizes[i];
        }

        int start = 4 + (4 * dimensions);
        byte[] bytes = file.ReadBytes(plain, start, count, "the values");
        return plain.ReadByte() < 0
            ? (sizes, bytes)
            : throw file.Fault(
                $"byte {start + count}", $"more bytes follow; expected the end after {string.Join(" x ", sizes)} values");
    }
}
