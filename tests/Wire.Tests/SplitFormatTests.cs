using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;
using P = ActorFed.Wire.V1.Split;

namespace ActorFed.Wire.Tests;

/// <summary>What split learning counts is what travels.</summary>
public sealed class SplitFormatTests
{
    /// <summary>Of nine short fields and the lengths of four long ones.</summary>
    private const int MaxFraming = 48;

    [Theory]
    [InlineData(20, 784, 98, 1, 2, 10, NumberFormat.Float32)]
    [InlineData(20, 9216, 1152, 1, 2, 62, NumberFormat.Float64)]
    [InlineData(7, 96, 32, 4, 5, 2, NumberFormat.Bfloat16)]
    [InlineData(3, 96, 1, 1, 1, 3, NumberFormat.Float32)]
    public void Quantised_activations_travel_in_the_bytes_of_the_formula(
        int rows, int length, int subvectors, int groups, int centroids, int classes, NumberFormat format)
    {
        double[] activations = [.. Enumerable.Range(0, rows * length).Select(i => Math.Sin(i))];
        GroupedQuantizer quantizer = new(new QuantizerOptions { Subvectors = subvectors, Groups = groups, Centroids = centroids, MaxUpdates = 2 }, length);
        SplitBody.QuantizedActivated report = new()
        {
            Examples = 1000,
            Labels = PackedCodes.Of([.. Enumerable.Range(0, rows).Select(i => i % classes)], classes),
            Targets = FlatVector.Empty,
            Activations = quantizer.Quantize(activations, format),
        };

        byte[] bytes = FormatOf("split.quantized-activated.v1").Write(report, WireCatalog.Codec);

        P.QuantizedActivated sent = P.QuantizedActivated.Parser.ParseFrom(bytes);
        int codebookBytes = groups * centroids * (length / subvectors) * format.Bytes();
        int codeBytes = (int)Math.Ceiling(rows * subvectors * Math.Ceiling(Math.Log2(centroids)) / 8);
        int labelBytes = (int)Math.Ceiling(rows * Math.Ceiling(Math.Log2(classes)) / 8);
        Assert.Equal(codebookBytes, sent.Codebooks.Values.Length);
        Assert.Equal(codeBytes, sent.Codes.Bits.Length);
        Assert.Equal(labelBytes, sent.Targets.Labels.Bits.Length);
        Assert.Equal(codebookBytes + codeBytes + labelBytes + 4, report.PayloadBytes);
        Assert.InRange(bytes.Length, report.PayloadBytes - 4, report.PayloadBytes + MaxFraming); // a small number takes less than its 4 bytes
    }

    [Theory]
    [InlineData(NumberFormat.Float64)]
    [InlineData(NumberFormat.Float32)]
    [InlineData(NumberFormat.Bfloat16)]
    public void Raw_activations_and_their_derivatives_travel_in_the_bytes_of_their_format(NumberFormat format)
    {
        RoundedPacket values = new(FlatVector.Create(600, all => all.Fill(0.5)), format);
        SplitBody.RawActivated report = new() { Examples = 9, Labels = PackedCodes.Of([1, 0, 1], 2), Targets = FlatVector.Empty, Activations = values };

        byte[] up = FormatOf("split.raw-activated.v1").Write(report, WireCatalog.Codec);
        byte[] down = FormatOf("split.pull-back.v1").Write(new SplitBody.PullBack(values), WireCatalog.Codec);

        Assert.Equal((600 * format.Bytes()) + 1 + 4, report.PayloadBytes);
        Assert.InRange(up.Length, report.PayloadBytes - 4, report.PayloadBytes + MaxFraming);
        Assert.InRange(down.Length, 600 * format.Bytes(), (600 * format.Bytes()) + MaxFraming);
    }

    [Fact]
    public void Codes_that_are_not_packed_as_agreed_are_refused()
    {
        P.QuantizedActivated sent = P.QuantizedActivated.Parser.ParseFrom(FormatOf("split.quantized-activated.v1").Write(Samples.All["split.quantized-activated.v1"], WireCatalog.Codec));
        sent.Codes.Count = 400;
        byte[] bytes = Google.Protobuf.MessageExtensions.ToByteArray(sent);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => FormatOf("split.quantized-activated.v1").Read(new(bytes), WireCatalog.Codec));

        Assert.Contains("400 codes below 3 take 100 bytes; there are 3", refused.Message, StringComparison.Ordinal);
    }

    private static WireFormat FormatOf(string name) => WireCatalog.All.Single(format => format.Name == name);
}
