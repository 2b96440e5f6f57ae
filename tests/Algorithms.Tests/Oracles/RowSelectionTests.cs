using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Oracles;

public sealed class RowSelectionTests
{
    private static readonly RowSelection Soft = new() { Rule = SelectionRule.Soft, Rate = 0.5 };

    [Fact]
    public void Accepts_what_fits_together()
    {
        Assert.Empty(Problems(new RowSelection()));
        Assert.Empty(Problems(Soft));
        Assert.Empty(Problems(Soft with { Rule = SelectionRule.Fixed }));
        Assert.Empty(Problems(Soft with { LabelProbabilities = [0.1, 0.2, 0.7] })); // adds up to 1 but for rounding
    }

    [Theory]
    [InlineData("adds up to 0.75;", new double[] { 0.25, 0.5 })]
    [InlineData("adds up to 1.25;", new double[] { 0.5, 0.75 })]
    [InlineData("entry -0.5; each must be between 0 and 1", new double[] { -0.5, 1.5 })]
    [InlineData("adds up to NaN;", new double[] { double.NaN, 1 })]
    public void Refuses_probabilities_that_are_none(string words, double[] probabilities) =>
        Assert.Contains(Problems(Soft with { LabelProbabilities = [.. probabilities] }), problem => problem.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void Refuses_settings_without_effect()
    {
        Assert.Contains("all rows are used", Assert.Single(Problems(Soft with { Rule = SelectionRule.All })), StringComparison.Ordinal);
        Assert.Contains("nothing is drawn by it", Assert.Single(Problems(Soft with { Rule = SelectionRule.Fixed, LabelProbabilities = [1] })), StringComparison.Ordinal);
    }

    private static string[] Problems(RowSelection selection) => [.. selection.Validate(new ValidationContext(selection)).Select(result => result.ErrorMessage!)];
}
