using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>Reads a text as a classification set: a row is a number of characters on end, its label the character that follows.</summary>
public static class TextWindows
{
    /// <summary>Share of the text that trains; the end of it tests.</summary>
    private const double TrainShare = 0.9;

    /// <summary>Reads a text of single bytes; classes are its different characters, in the order of their codes.</summary>
    /// <param name="file">The text.</param>
    /// <param name="context">Characters in a row; at least 1.</param>
    /// <returns>One row for each character that has as many before it in its part; features are numbers of classes.</returns>
    /// <exception cref="InvalidDataException">The text is too short, or has one character only.</exception>
    public static (LabelledData Train, LabelledData Test) Read(DataSource file, int context)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1);
        using MemoryStream content = new();
        using (Stream plain = file.OpenPlain())
        {
            plain.CopyTo(content);
        }

        byte[] text = content.ToArray();
        byte[] alphabet = [.. text.Distinct().Order()];
        int cut = (int)(TrainShare * text.Length);
        if (text.Length - cut <= context || alphabet.Length < 2)
        {
            throw file.Fault(
                $"byte {text.Length}",
                $"the text ends after {text.Length} characters, {alphabet.Length} different ones; rows of {context} need more than {10 * context}, and two different ones");
        }

        byte[] numbers = new byte[byte.MaxValue + 1];
        for (int i = 0; i < alphabet.Length; i++)
        {
            numbers[alphabet[i]] = (byte)i;
        }

        byte[] classes = [.. text.Select(character => numbers[character])];
        ImmutableArray<string> names = [.. alphabet.Select(Name)];
        Speeches speeches = new(text);
        return (Windows(0, cut), Windows(cut, classes.Length));

        LabelledData Windows(int start, int end)
        {
            ReadOnlySpan<byte> part = classes.AsSpan(start..end);
            int rows = part.Length - context;
            byte[] features = new byte[checked(rows * context)];
            ImmutableArray<int>.Builder labels = ImmutableArray.CreateBuilder<int>(rows);
            for (int row = 0; row < rows; row++)
            {
                part.Slice(row, context).CopyTo(features.AsSpan(row * context));
                labels.Add(part[row + context]);
            }

            return new LabelledData(file.SetName, new ByteMatrix(features, context, 1, 0), labels.MoveToImmutable(), alphabet.Length)
            {
                ClassNames = names,
                Speakers = speeches.Any ? [.. Enumerable.Range(start, rows).Select(row => speeches.SpeakerOf(row, row + context))] : [],
            };
        }
    }

    private static string Name(byte character) => character is > (byte)' ' and < 0x7F ? ((char)character).ToString() : $"0x{character:x2}";
}
