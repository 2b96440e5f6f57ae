using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class TextWindowsTests
{
    [Fact]
    public void A_row_is_the_characters_before_its_label()
    {
        (LabelledData train, LabelledData test) = Texts.Read("abcabcabcabcabcabc\n\n", 1); // 18 characters train, two test

        float[] row = new float[1];
        train.Features.CopyRow(1, row);

        Assert.Equal<string>(["0x0a", "a", "b", "c"], train.ClassNames);
        Assert.Equal((17, 1), (train.Features.Rows, train.Features.Columns));
        Assert.Equal((2f, 3), (row[0], train.Labels[1])); // c follows b
        Assert.Equal([0], test.Labels.ToArray());
        Assert.Equal(4, test.Classes);
    }

    [Theory]
    [InlineData("ab", 3, "ends after 2 characters")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, "1 different ones")]
    public void Rejects_a_text_of_which_nothing_can_be_learned(string text, int context, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Texts.Read(text, context)).Message, StringComparison.Ordinal);
}
