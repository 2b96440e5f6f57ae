using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>What a record of deliveries begins with: under which program and plan it was made.</summary>
/// <param name="Build">Version of the program, with its commit.</param>
/// <param name="RunId">The run.</param>
/// <param name="Plan">Text of the plan that this part of the run had.</param>
internal sealed record DeliveryHead(string Build, string RunId, string Plan)
{
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(Build);
        writer.Write(RunId);
        writer.Write(Plan);
        writer.Flush();
        return stream.ToArray();
    }

    public static DeliveryHead FromBytes(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes), Encoding.UTF8);
        return new DeliveryHead(reader.ReadString(), reader.ReadString(), reader.ReadString());
    }
}
