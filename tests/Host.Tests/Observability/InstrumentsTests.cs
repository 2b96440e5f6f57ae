using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ActorFed.Actors;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Observability;

public sealed partial class InstrumentsTests
{
    [Fact]
    public void Are_those_of_the_documentation()
    {
        List<Instrument> published = [];
        using Instruments instruments = new();
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == instruments.Steps.Meter)
                {
                    published.Add(instrument);
                }
            },
        };

        listener.Start();

        Assert.Equal(
            Row().Matches(File.ReadAllText(Checkout.At("docs/observability.md"))).Select(row => $"{row.Groups["name"]} {row.Groups["unit"]}").Order(StringComparer.Ordinal),
            published.Select(instrument => $"{instrument.Name} {instrument.Unit}").Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `(?<name>actorfed\.[a-z.]+)` \| \w+(, `(?<unit>[^`]+)`)? \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
