using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Wire.V1.Graph;
using Google.Protobuf;

namespace ActorFed.Wire.Formats;

/// <summary>Numbers in the format they were rounded to. Writing never rounds: what is not of the format is an error of its sender's.</summary>
internal static class PackedNumbers
{
    private const int Bfloat16Shift = 16; // bfloat16 is the upper half of a float32

    public static Numbers Write(FlatVector vector, NumberFormat format)
    {
        if (format == NumberFormat.Float64)
        {
            return new Numbers { Format = Format.Float64, Values = Fields.Write(vector).Float64 };
        }

        int size = format.Bytes();
        byte[] bytes = new byte[vector.Length * size];
        for (int i = 0; i < vector.Length; i++)
        {
            float value = (float)vector[i];
            uint bits = BitConverter.SingleToUInt32Bits(value);
            bool isExact = value == vector[i] || double.IsNaN(vector[i]);
            if (format == NumberFormat.Float32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * size), bits);
            }
            else
            {
                isExact &= (bits & 0xFFFF) == 0 || float.IsNaN(value);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * size), (ushort)(bits >> Bfloat16Shift));
            }

            if (!isExact)
            {
                throw new ArgumentException($"Entry {i} of a vector to send is {vector[i]:R}, which is no {format}: it must be rounded before.");
            }
        }

        return new Numbers { Format = format == NumberFormat.Float32 ? Format.Float32 : Format.Bfloat16, Values = UnsafeByteOperations.UnsafeWrap(bytes) };
    }

    public static FlatVector Read(Numbers? numbers, [CallerArgumentExpression(nameof(numbers))] string field = "")
    {
        NumberFormat format = FormatOf(numbers, field);
        ByteString bytes = numbers!.Values;
        int size = format.Bytes();
        if (bytes.Length % size != 0)
        {
            throw new InvalidDataException($"the field {Fields.NameOf(field)} holds {bytes.Length} bytes of {format}, and {size} bytes make one.");
        }

        return FlatVector.Create(bytes.Length / size, values =>
        {
            ReadOnlySpan<byte> rest = bytes.Span;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = format switch
                {
                    NumberFormat.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(rest[(i * size)..]),
                    NumberFormat.Float32 => BinaryPrimitives.ReadSingleLittleEndian(rest[(i * size)..]),
                    _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(rest[(i * size)..]) << Bfloat16Shift),
                };
            }
        });
    }

    public static NumberFormat FormatOf(Numbers? numbers, [CallerArgumentExpression(nameof(numbers))] string field = "") =>
        Fields.Required(numbers, field).Format switch
        {
            Format.Float64 => NumberFormat.Float64,
            Format.Float32 => NumberFormat.Float32,
            Format.Bfloat16 => NumberFormat.Bfloat16,
            Format unknown => throw new InvalidDataException($"the field {Fields.NameOf(field)} is of format {(int)unknown}, which is unknown here."),
        };
}
