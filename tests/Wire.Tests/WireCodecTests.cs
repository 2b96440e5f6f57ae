using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Wire.V1;
using Google.Protobuf;
using Xunit;

namespace ActorFed.Wire.Tests;

public sealed class WireCodecTests
{
    private static readonly ParticipantId Sender = ParticipantId.Worker(3);

    private static readonly StarMessage.WorkReported Report =
        new() { Id = new RequestId(1, 7), Report = new FedNestBody.UpperStepped(FlatVector.Of(1, 2)) };

    /// <summary>Parts of bodies; they never travel alone.</summary>
    private static readonly Type[] Parts = [typeof(AdboBody.InnerTrace), typeof(Algorithms.Trilevel.Afto.AftoBody.InnerTrace), typeof(Algorithms.Trilevel.Afto.AftoBody.UpperGradients)];

    public static TheoryData<string> Names => [.. WireCatalog.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_it_wrote_bit_for_bit(string name)
    {
        WireFormat format = WireCatalog.All.Single(candidate => candidate.Name == name);
        for (int seed = 0; seed < 200; seed++)
        {
            object value = new RandomValues(seed).Next(format.Type);

            byte[] bytes = format.Write(value, WireCatalog.Codec);
            object read = format.Read(new(bytes), WireCatalog.Codec);

            Assert.True(Structure.Of(value) == Structure.Of(read), $"Seed {seed}: {Structure.Of(value)} came back as {Structure.Of(read)}.");
            Assert.Equal(bytes, format.Write(read, WireCatalog.Codec));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_truncated_payload_is_an_error_or_lacks_its_end_and_never_anything_else(string name)
    {
        WireFormat format = WireCatalog.All.Single(candidate => candidate.Name == name);
        byte[] bytes = format.Write(Samples.All[name], WireCatalog.Codec);

        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.True(format.Write(format.Read(new(bytes.AsMemory(0, length)), WireCatalog.Codec), WireCatalog.Codec).Length <= length);
            }
            catch (Exception error) when (error is InvalidDataException or InvalidProtocolBufferException)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Fact]
    public void Every_message_and_every_body_has_a_name()
    {
        IEnumerable<Type> spoken = typeof(StarBody).Assembly.GetTypes().Where(type => !type.IsAbstract
            && (type.IsAssignableTo(typeof(StarBody)) || type.IsAssignableTo(typeof(Message))));
        HashSet<Type> named = [.. WireCatalog.All.Select(format => format.Type)];

        Assert.Empty(spoken.Except(named).Except(Parts));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_contract_has_a_message_for_every_name(string name)
    {
        Assert.True(WireName.TryParse(name, out WireName parsed));
        string pascal = string.Concat(parsed.Kind.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        string expected = $"actorfed.v{parsed.Version}.{parsed.Protocol}.{pascal}";

        IEnumerable<string> contract = typeof(WireCodec).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IMessage)))
            .Select(type => ((IMessage)Activator.CreateInstance(type)!).Descriptor.FullName);

        Assert.Contains(expected, contract);
    }

    [Fact]
    public void Carries_numbers_that_are_not_finite()
    {
        double odd = BitConverter.UInt64BitsToDouble(0x7ff8_0000_dead_beef);
        StarMessage.WorkReported report = Report with { Report = new FedNestBody.UpperStepped(FlatVector.Of(odd, double.NegativeInfinity, -0.0)) };

        (string name, byte[] payload) = WireCatalog.Codec.Encode(report);
        Message read = WireCatalog.Codec.Decode(Sender, name, payload);

        Assert.Equal(Structure.Of(report), Structure.Of(read));
    }

    [Fact]
    public void Names_the_sender_and_the_versions_it_knows_of_a_version_it_does_not()
    {
        WireException error = Refused("star.work-reported.v9", []);

        Assert.Equal(Sender, error.Sender);
        Assert.Equal(
            "star.work-reported.v9 from worker-3 was rejected: version v9 of it is unknown here, and v1 known: "
            + "the nodes of a run need builds that understand each other.",
            error.Message);
    }

    [Theory]
    [InlineData("star.work-praised.v1", "the name is unknown here")]
    [InlineData("comet.work-reported.v1", "its protocol 'comet' is not registered")]
    [InlineData("ActorFed.Algorithms.Star.StarMessage", "not of the form protocol.what-is-said.v1")]
    [InlineData("", "its name '' is not of the form")]
    [InlineData("fednest.upper-stepped.v1", "is no message of its own but a body")]
    public void Rejects_a_name_it_does_not_know(string name, string reason) =>
        Assert.Contains(reason, Refused(name, []).Message, StringComparison.Ordinal);

    [Fact]
    public void Rejects_bytes_that_are_no_such_message()
    {
        WireException error = Refused("star.work-reported.v1", [0x0a, 0xff]);

        Assert.StartsWith("star.work-reported.v1 from worker-3 was rejected: its 2 bytes are not what the name says:", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void Rejects_a_message_without_a_field_that_it_needs() =>
        Assert.Contains("the field id is missing", Refused("star.work-reported.v1", []).Message, StringComparison.Ordinal);

    [Fact]
    public void Rejects_a_body_that_is_none()
    {
        Assert.Contains(
            "its body 'fednest.loud.v1': the name is unknown here",
            RefusedReport(new Body { Name = "fednest.loud.v1" }).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "its body 'star.state-asked.v1': star.state-asked.v1 is no body but a message of its own",
            RefusedReport(new Body { Name = "star.state-asked.v1" }).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "its body 'fednest.lower-differentiated.v1': the field gradient is missing",
            RefusedReport(new Body { Name = "fednest.lower-differentiated.v1" }).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_number_that_is_missing_and_takes_a_zero()
    {
        V1.FedNest.LowerDifferentiated without = new() { Gradient = new Vector() };

        Assert.Contains("the field loss is missing", RefusedReport(BodyOf("fednest.lower-differentiated.v1", without)).Message, StringComparison.Ordinal);

        without.Loss = 0;
        Assert.Equal(0, ((FedNestBody.LowerDifferentiated)ReadReport(BodyOf("fednest.lower-differentiated.v1", without))).Loss);
    }

    [Fact]
    public void Rejects_a_vector_with_part_of_a_number()
    {
        V1.FedNest.UpperStepped odd = new() { Upper = new Vector { Float64 = ByteString.CopyFrom(new byte[13]) } };

        Assert.Contains(
            "the field upper holds 13 bytes of numbers, and 8 bytes make one",
            RefusedReport(BodyOf("fednest.upper-stepped.v1", odd)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new uint[] { 1, 2 }, 2, "plane_slopes holds 2 numbers, and its 2 lengths add up to 3")]
    [InlineData(new uint[] { 1 }, 2, "plane_slopes holds 2 numbers, and its 1 lengths add up to 1")]
    [InlineData(new uint[] { uint.MaxValue, 3 }, 2, "add up to 4294967298")]
    public void Rejects_vectors_whose_lengths_do_not_add_up(uint[] lengths, int numbers, string reason)
    {
        Vector empty = new();
        V1.Adbo.WorkerState state = new()
        {
            Upper = empty,
            Lower = empty,
            LowerBefore = empty,
            ConsensusDual = empty,
            PlaneDuals = empty,
            PlaneSlopes = new VectorList { Lengths = { lengths }, Float64 = ByteString.CopyFrom(new byte[numbers * sizeof(double)]) },
        };

        Assert.Contains(reason, RefusedReport(BodyOf("adbo.worker-state.v1", state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_repeat_control_characters_of_a_sender_in_an_error() =>
        Assert.DoesNotContain('\n', Refused("a\nline", []).Message);

    [Fact]
    public void Says_that_a_message_without_a_name_cannot_leave()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => WireCatalog.Codec.Encode(new Unnamed("x")));

        Assert.Contains("Unnamed has no wire name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_formats_of_others()
    {
        WireCodec codec = new([.. WireCatalog.All, UnnamedAs("test.unnamed.v1")]);

        (string name, byte[] payload) = codec.Encode(new Unnamed("carried"));

        Assert.Equal(new Unnamed("carried"), codec.Decode(Sender, name, payload));
    }

    [Fact]
    public void Refuses_a_name_or_a_type_twice()
    {
        Assert.Contains(
            "'test.unnamed.v1' is registered twice",
            Assert.Throws<ArgumentException>(() => new WireCodec([UnnamedAs("test.unnamed.v1"), UnnamedAs("test.unnamed.v1")])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Unnamed' is registered twice",
            Assert.Throws<ArgumentException>(() => new WireCodec([UnnamedAs("test.unnamed.v1"), UnnamedAs("test.unnamed.v2")])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test.unnamed")]
    [InlineData("test.unnamed.v0")]
    [InlineData("Test.unnamed.v1")]
    [InlineData("test.unnamed.v1 ")]
    [InlineData("test.un_named.v1")]
    [InlineData("test.unnamed-.v1")]
    public void Refuses_a_name_that_is_none(string name) => Assert.Throws<ArgumentException>(() => UnnamedAs(name));

    private static WireFormat UnnamedAs(string name) => WireFormat.Of<Unnamed>(
        name, value => System.Text.Encoding.UTF8.GetBytes(value.Text), bytes => new Unnamed(System.Text.Encoding.UTF8.GetString(bytes.Span)));

    private static WireException Refused(string name, byte[] payload) =>
        Assert.Throws<WireException>(() => WireCatalog.Codec.Decode(Sender, name, payload));

    private static Body BodyOf(string name, IMessage content) => new() { Name = name, Content = content.ToByteString() };

    private static byte[] PayloadOf(Body body) => new V1.Star.WorkReported { Id = new V1.Star.RequestId(), Report = body }.ToByteArray();

    private static WireException RefusedReport(Body body) => Refused("star.work-reported.v1", PayloadOf(body));

    private static StarBody ReadReport(Body body) =>
        ((StarMessage.WorkReported)WireCatalog.Codec.Decode(Sender, "star.work-reported.v1", PayloadOf(body))).Report;

    private sealed record Unnamed(string Text) : Message;
}
