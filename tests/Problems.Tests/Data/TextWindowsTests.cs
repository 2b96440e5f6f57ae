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

    [Fact]
    public void A_row_is_the_words_of_who_says_all_of_it_and_its_label()
    {
        (LabelledData train, _) = Texts.Read("0\n\nA:\n1\n\nB:\n2: \nno:\n\nA:\n3\n....", 2);

        // "no:" follows no empty line: characters 3 to 8 are A's, 9 to 20 B's, and those from 21 on A's; a row is three characters, its label the last.
        Assert.Equal([-1, -1, -1, 0, 0, 0, 0, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, 0, 0, 0, 0], train.Speakers.ToArray());
    }

    [Fact]
    public void A_text_in_which_nobody_is_named_has_no_speakers() =>
        Assert.Empty(Texts.Read("One: two.\nThree:\n\n:\nfour five six", 1).Train.Speakers);

    [Theory]
    [InlineData("ab", 3, "ends after 2 characters")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, "1 different ones")]
    public void Rejects_a_text_of_which_nothing_can_be_learned(string text, int context, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Texts.Read(text, context)).Message, StringComparison.Ordinal);
}
