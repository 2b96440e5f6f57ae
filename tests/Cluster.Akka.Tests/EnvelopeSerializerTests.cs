using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Akka.TestKit.Xunit2;
using Hyperion;
using Xunit;
using Serializer = Hyperion.Serializer;

namespace ActorFed.Cluster.Akka.Tests;

public sealed class EnvelopeSerializerTests() : TestKit(AkkaSettings.Load().Alone())
{
    private const int JsonIdentifier = 1;

    private Serialization Serialization => Sys.Serialization;

    [Fact]
    public void Brings_a_frame_back_as_it_was()
    {
        byte[] bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        Frame frame = new("worker-3@run-1", IsControl: true, bytes);

        Frame back = (Frame)Back(frame);

        Assert.Equal((frame.Address, frame.IsControl), (back.Address, back.IsControl));
        Assert.Equal(bytes, back.Bytes);
    }

    [Fact]
    public void Writes_the_bytes_of_a_frame_as_a_block_and_names_no_type()
    {
        byte[] written = Serialization.Serialize(new Frame("worker-3@run-1", IsControl: false, new byte[10_000]));

        Assert.InRange(written.Length, 10_000, 10_100);
        Assert.DoesNotContain("ActorFed", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Brings_an_acknowledgement_back_as_it_was()
    {
        Acknowledged acknowledged = new("master@run-1", "worker-3", IsControl: false, ulong.MaxValue, 7);

        Assert.Equal(acknowledged, Back(acknowledged));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refuses_and_counts_an_object_of_another_type(bool isKnownToHyperion)
    {
        object hostile = isKnownToHyperion ? new List<string> { "a type that Hyperion makes gladly" } : new Hostile { Path = "/etc/passwd" };
        using MemoryStream bytes = new();
        new Serializer(SerializerOptions.Default.WithVersionTolerance(false)).Serialize(hostile, bytes);
        long refusedBefore = Refusals.Total;
        int madeBefore = Hostile.Made;

        Assert.Throws<SerializationException>(() => Read(bytes.ToArray()));

        Assert.Equal(refusedBefore + 1, Refusals.Total);
        Assert.Equal(madeBefore, Hostile.Made);
    }

    [Fact]
    public void Refuses_a_hostile_object_inside_of_an_envelope()
    {
        using MemoryStream bytes = new();
        new Serializer(SerializerOptions.Default.WithKnownTypes(EnvelopeSerializer.AllowedTypes)).Serialize(new object[] { new Hostile(), new Frame("a", false, []) }, bytes);

        Assert.Throws<SerializationException>(() => Read(bytes.ToArray()));
    }

    [Fact]
    public void Refuses_bytes_that_are_nothing_at_all()
    {
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);

            Assert.Throws<SerializationException>(() => Read(bytes));
        }
    }

    [Fact]
    public void Refuses_a_frame_that_was_cut_short()
    {
        byte[] written = Serialization.Serialize(new Frame("worker-3@run-1", IsControl: false, new byte[1000]));

        Assert.Throws<SerializationException>(() => Read(written[..500]));
    }

    [Fact]
    public void Refuses_to_send_another_type()
    {
        Assert.Throws<SerializationException>(() => Serialization.Serialize(new Hostile()));
    }

    [Fact]
    public void Refuses_the_json_that_would_name_any_type()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"$type":"{{typeof(Hostile).AssemblyQualifiedName}}","Path":"/etc/passwd"}""");
        long refusedBefore = Refusals.Total;

        Assert.Throws<SerializationException>(() => Serialization.Deserialize(json, JsonIdentifier, typeof(object)));

        Assert.Equal(refusedBefore + 1, Refusals.Total);
    }

    private object Back(object envelope) => Read(Serialization.Serialize(envelope));

    private object Read(byte[] bytes) => new EnvelopeSerializer((ExtendedActorSystem)Sys).FromBinary(bytes, typeof(object));

    /// <summary>Stands for a type whose mere making does harm.</summary>
    public sealed class Hostile
    {
        public static int Made { get; private set; }

        public string Path
        {
            get;
            set
            {
                field = value;
                Made++;
            }
        } = "";
    }
}
