using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using static ActorFed.Algorithms.Federated.Split.SplitBody;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>A client's activations in a snapshot of the master.</summary>
internal static class SplitSnapshot
{
    private const int Most = int.MaxValue;

    public static void Write(SnapshotWriter writer, Activated report)
    {
        writer.WriteInt64(report.Examples);
        writer.WriteVector(report.Targets);
        writer.WriteInt64(report.Labels is null ? 0 : 1);
        if (report.Labels is PackedCodes labels)
        {
            Write(writer, labels);
        }

        if (report is QuantizedActivated { Activations: QuantizedActivations quantized })
        {
            writer.WriteInt64(1);
            writer.WriteInt64(quantized.Rows);
            writer.WriteInt64(quantized.Length);
            writer.WriteInt64(quantized.Groups);
            Write(writer, quantized.Codebooks);
            Write(writer, quantized.Codes);
        }
        else
        {
            writer.WriteInt64(0);
            Write(writer, ((RawActivated)report).Activations);
        }
    }

    public static Activated Read(SnapshotReader reader)
    {
        int examples = reader.ReadCount(Most);
        FlatVector targets = reader.ReadVector();
        PackedCodes? labels = reader.ReadCount(1) == 1 ? ReadCodes(reader) : null;
        bool isQuantized = reader.ReadCount(1) == 1;
        if (!isQuantized)
        {
            return new RawActivated { Examples = examples, Labels = labels, Targets = targets, Activations = ReadNumbers(reader) };
        }

        QuantizedActivations quantized = new(
            reader.ReadCount(Most), reader.ReadCount(Most), reader.ReadCount(Most), ReadNumbers(reader), ReadCodes(reader));
        return new QuantizedActivated { Examples = examples, Labels = labels, Targets = targets, Activations = quantized };
    }

    private static void Write(SnapshotWriter writer, RoundedPacket numbers)
    {
        writer.WriteInt64((int)numbers.Format);
        writer.WriteVector(numbers.Values);
    }

    private static RoundedPacket ReadNumbers(SnapshotReader reader)
    {
        NumberFormat format = (NumberFormat)reader.ReadCount((int)NumberFormat.Bfloat16);
        return new RoundedPacket(reader.ReadVector(), format);
    }

    private static void Write(SnapshotWriter writer, PackedCodes codes)
    {
        writer.WriteInt64(codes.Kinds);
        writer.WriteInt64(codes.Count);
        writer.WriteBytes(codes.Bytes);
    }

    private static PackedCodes ReadCodes(SnapshotReader reader)
    {
        int kinds = reader.ReadCount(Most);
        int count = reader.ReadCount(Most);
        return PackedCodes.Read(reader.ReadBytes(), count, kinds);
    }
}
