using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class GaussianMixtureTests
{
    private static readonly GaussianMixtureOptions Options = new() { Classes = 5, Features = 6 };

    [Fact]
    public void Draws_a_row_by_its_number_alone()
    {
        LabelledData few = GaussianMixture.Generate(10, 1, Options);
        LabelledData many = GaussianMixture.Generate(20, 1, Options);

        Assert.Equal<int>(few.Labels, many.Labels[..10]);
        Assert.Equal(TestFile.Row(few.Features, 9), TestFile.Row(many.Features, 9));
    }

    [Fact]
    public void Shares_centres_between_streams_and_nothing_else()
    {
        GaussianMixtureOptions exact = Options with { Noise = 0 };

        LabelledData train = GaussianMixture.Generate(100, 1, exact);
        LabelledData test = GaussianMixture.Generate(100, 1, exact, "test");

        Assert.NotEqual(train.Labels.AsEnumerable(), test.Labels);
        for (int label = 0; label < 5; label++)
        {
            Assert.Equal(
                TestFile.Row(train.Features, train.Labels.IndexOf(label)),
                TestFile.Row(test.Features, test.Labels.IndexOf(label)));
        }
    }

    [Fact]
    public void Rejects_options_out_of_range()
    {
        Assert.Throws<ValidationException>(() => GaussianMixture.Generate(1, 1, Options with { Classes = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianMixture.Generate(0, 1, Options));
    }
}
