using ActorFed.Algorithms.Core;
using Google.Protobuf;
using Xunit;

namespace ActorFed.Wire.Tests;

/// <summary>
/// The contract as bytes, one file per wire name. A file is never changed once a build with it was published: what it holds is
/// what earlier builds, and workers in other languages, send and expect.
/// </summary>
public sealed class GoldenBytesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Names => [.. WireCatalog.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Writes_the_published_bytes(string name)
    {
        byte[] written = FormatOf(name).Write(Samples.All[name], WireCatalog.Codec);

        Assert.Equal(Hex(Golden(name)), Hex(written));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_earlier_builds_wrote(string name)
    {
        object read = FormatOf(name).Read(new(Golden(name)), WireCatalog.Codec);

        Assert.Equal(Structure.Of(Samples.All[name]), Structure.Of(read));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ignores_fields_that_later_builds_add(string name)
    {
        byte[] later = [.. Golden(name), .. FieldOf(number: 1000, "news"), .. FieldOf(number: 1001, "more")];

        object read = FormatOf(name).Read(new(later), WireCatalog.Codec);

        Assert.Equal(Structure.Of(Samples.All[name]), Structure.Of(read));
    }

    [Fact]
    public void Every_name_has_one_file_and_one_sample()
    {
        string[] names = [.. WireCatalog.Codec.Formats.Select(format => format.Name)];

        Assert.Equal(names, Samples.All.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [.. names, "envelope"],
            Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal).OrderBy(n => n == "envelope"));
    }

    [Fact]
    public void Frames_are_the_published_bytes()
    {
        (string name, byte[] payload) = WireCatalog.Codec.Encode((Message)Samples.All["star.work-reported.v1"]);
        Packet packet = new()
        {
            RunId = "golden",
            Id = new PacketId(ParticipantId.Worker(3), 2, 0x0123_4567_89AB_CDEF, 1_000),
            Receiver = ParticipantId.Master,
            Name = name,
            Payload = new(payload),
        };

        byte[] frame = Assert.Single(new FrameWriter(new WireLimits()).Split(packet));

        Assert.Equal(Hex(Golden("envelope")), Hex(frame));
    }

    private static byte[] Golden(string name) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(Folder, $"{name}.hex")).ReplaceLineEndings(""));

    private static string Hex(byte[] bytes) => string.Join('\n', Convert.ToHexStringLower(bytes).Chunk(64).Select(line => new string(line)));

    private static WireFormat FormatOf(string name) => WireCatalog.All.Single(format => format.Name == name);

    private static byte[] FieldOf(int number, string text)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormatType);
            output.WriteString(text);
        }

        return stream.ToArray();
    }

    private static Google.Protobuf.WireFormat.WireType WireFormatType => Google.Protobuf.WireFormat.WireType.LengthDelimited;
}
