using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorFed.Host.Configuration;

/// <summary>Reads the characters of a file: blanks, comments, words and quoted strings, and knows the line it is on.</summary>
/// <param name="text">The text.</param>
/// <param name="source">Its name in errors.</param>
/// <param name="hasLines">False for a text without line numbers, such as an argument.</param>
internal sealed class HoconScanner(string text, string source, bool hasLines)
{
    private static readonly SearchValues<char> Reserved = SearchValues.Create("$\"{}[]:=,#`^?!@*&\\");
    private readonly List<string> _comments = [];
    private int _lastCommentLine;
    private int _line = 1;
    private int _position;

    /// <summary>Where the next character stands.</summary>
    public Origin Here => new(source, hasLines ? _line : 0);

    /// <summary>Whether everything was read.</summary>
    public bool IsAtEnd => _position >= text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Current => IsAtEnd ? '\0' : text[_position];

    /// <summary>The next word or character, as it appears in errors.</summary>
    public string Found
    {
        get
        {
            if (IsAtEnd)
            {
                return hasLines ? "the end of the file" : "the end";
            }

            if (Current == '\n')
            {
                return "the end of the line";
            }

            int end = _position;
            while (end < text.Length && end < _position + 40 && IsWordAt(end))
            {
                end++;
            }

            return $"\"{text[_position..Math.Max(end, _position + 1)]}\"";
        }
    }

    /// <summary>The comment lines that end directly above the current line, without their marks.</summary>
    public string Documentation => _lastCommentLine == _line - 1 ? string.Join('\n', _comments) : "";

    /// <summary>Whether a comment starts here.</summary>
    public bool IsAtComment => Current == '#' || StartsWith("//");

    /// <summary>An error at the current line.</summary>
    public ConfigurationException Error(string problem) => new(Here, problem);

    /// <summary>Whether <paramref name="expected"/> comes next.</summary>
    public bool StartsWith(string expected) => text.AsSpan(_position).StartsWith(expected, StringComparison.Ordinal);

    /// <summary>Takes <paramref name="expected"/> if it comes next.</summary>
    public bool TryTake(string expected)
    {
        if (!StartsWith(expected))
        {
            return false;
        }

        _position += expected.Length;
        return true;
    }

    /// <summary>Skips the blanks of this line and returns them.</summary>
    public string SkipSpaces()
    {
        int start = _position;
        while (IsSpaceAt(_position))
        {
            _position++;
        }

        return text[start.._position];
    }

    /// <summary>Skips blanks, comments and ends of lines; tells whether a line ended.</summary>
    public bool SkipBlanks()
    {
        int lineBefore = _line;
        while (true)
        {
            SkipSpaces();
            if (IsAtComment)
            {
                SkipComment();
            }
            else if (Current == '\n' && !IsAtEnd)
            {
                _position++;
                _line++;
            }
            else
            {
                return _line > lineBefore;
            }
        }
    }

    /// <summary>A run of characters that need no quotes; empty when the next one is reserved.</summary>
    /// <param name="endsAtDot">True in paths, where a dot separates.</param>
    public string ReadWord(bool endsAtDot)
    {
        int start = _position;
        while (IsWordAt(_position) && !(endsAtDot && Current == '.'))
        {
            _position++;
        }

        return text[start.._position];
    }

    /// <summary>A string in quotes or triple quotes; the next character is a quote.</summary>
    public string ReadString() => TryTake("\"\"\"") ? ReadTripleQuoted() : ReadQuoted();

    /// <summary>A string in quotes, on one line, with the escapes of JSON; the next character is a quote.</summary>
    public string ReadQuoted()
    {
        _position++;
        StringBuilder output = new();
        while (!TryTake("\""))
        {
            if (IsAtEnd || Current == '\n')
            {
                throw Error("a string is not closed on its line; add the closing \", or use \"\"\" for a text of several lines");
            }

            char c = text[_position++];
            output.Append(c == '\\' ? ReadEscape() : c);
        }

        return output.ToString();
    }

    private string ReadTripleQuoted()
    {
        int end = text.IndexOf("\"\"\"", _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error("a text in triple quotes is not closed; add the closing \"\"\"");
        }

        // Of more than three quotes the last three close the text; those before belong to it.
        while (end + 3 < text.Length && text[end + 3] == '"')
        {
            end++;
        }

        string content = text[_position..end];
        _line += content.Count(c => c == '\n');
        _position = end + 3;
        return content;
    }

    private char ReadEscape()
    {
        char c = Current;
        _position++;
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _position + 4 <= text.Length && ushort.TryParse(
                text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _position += 4;
                return (char)code;
            default:
                throw Error("a string has a \\ that starts no escape; write \\\\ for the character itself, "
                    + "or one of \\\" \\/ \\b \\f \\n \\r \\t \\uXXXX");
        }
    }

    private void SkipComment()
    {
        int start = _position;
        int end = text.IndexOf('\n', _position);
        _position = end < 0 ? text.Length : end;
        int lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        if (!string.IsNullOrWhiteSpace(text[lineStart..start]))
        {
            return; // behind a value: a remark, not documentation of the next key
        }

        if (_lastCommentLine != _line - 1)
        {
            _comments.Clear();
        }

        _comments.Add(text[start.._position].TrimStart('#', '/').Trim());
        _lastCommentLine = _line;
    }

    private bool IsSpaceAt(int index) =>
        index < text.Length && text[index] != '\n' && (char.IsWhiteSpace(text[index]) || text[index] == '\uFEFF');

    private bool IsWordAt(int index)
    {
        if (index >= text.Length || IsSpaceAt(index) || text[index] == '\n' || Reserved.Contains(text[index]))
        {
            return false;
        }

        char next = index + 1 < text.Length ? text[index + 1] : '\0';
        return !(text[index] == '/' && next == '/') && !(text[index] == '+' && next == '=');
    }
}
