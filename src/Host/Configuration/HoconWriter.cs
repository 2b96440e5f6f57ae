using System.Globalization;
using System.Text;

namespace ActorFed.Host.Configuration;

/// <summary>Writes a tree as canonical text: equal trees give the same text, and the text parses back to an equal tree.</summary>
internal static class HoconWriter
{
    /// <summary>One line <c>a.b.c = value</c> for each leaf, in ordinal order of the keys, each ended by a line feed.</summary>
    public static string Write(HoconObject root)
    {
        StringBuilder output = new();
        WriteFields(root, "", output);
        return output.ToString();
    }

    /// <summary>The value on one line.</summary>
    public static string WriteInline(HoconValue value)
    {
        StringBuilder output = new();
        WriteValue(value, output);
        return output.ToString();
    }

    /// <summary>A path element, quoted unless it is a plain word.</summary>
    public static string WriteKey(string key) =>
        key.Length > 0 && key != "include" && key.All(c => IsPlain(c) && c != '.') ? key : Quote(key);

    private static void WriteFields(HoconObject section, string path, StringBuilder output)
    {
        foreach ((string key, HoconField field) in section.Fields)
        {
            string child = HoconPath.Append(path, key);
            if (field.Value is HoconObject { Fields.Count: > 0 } nested)
            {
                WriteFields(nested, child, output);
                continue;
            }

            output.Append(child).Append(" = ");
            WriteValue(field.Value, output);
            output.Append('\n');
        }
    }

    private static void WriteValue(HoconValue value, StringBuilder output)
    {
        switch (value)
        {
            case HoconNull:
                output.Append("null");
                break;
            case HoconScalar scalar:
                bool isPlain = scalar.Text.Length > 0 && scalar.Text != "null" && scalar.Text.All(IsPlain);
                output.Append(isPlain ? scalar.Text : Quote(scalar.Text));
                break;
            case HoconList list:
                WriteSeparated('[', list.Items, item => WriteValue(item, output), ']', output);
                break;
            case HoconObject section:
                WriteSeparated('{', section.Fields, field => WriteField(field.Key, field.Value.Value, output), '}', output);
                break;
            default:
                throw new ArgumentException($"{value.GetType().Name} is not a kind of value that can be written", nameof(value));
        }
    }

    private static void WriteField(string key, HoconValue value, StringBuilder output)
    {
        output.Append(WriteKey(key)).Append(" = ");
        WriteValue(value, output);
    }

    private static void WriteSeparated<T>(char open, IEnumerable<T> items, Action<T> write, char close, StringBuilder output)
    {
        output.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            output.Append(isFirst ? "" : ", ");
            write(item);
            isFirst = false;
        }

        output.Append(close);
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    private static string Quote(string text)
    {
        StringBuilder output = new("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                output.Append(c).Append(text[++i]);
                continue;
            }

            // A lone surrogate would not survive the way through a UTF-8 file.
            output.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                _ when char.IsControl(c) || char.IsSurrogate(c) => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }

        return output.Append('"').ToString();
    }
}
