using System.Text;

namespace ActorFed.Repository.Tests;

/// <summary>C# source with the content of comments and literals blanked, so that what is left to search is code.</summary>
internal sealed class SourceText
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private SourceText(string text) => _text = text;

    /// <summary><paramref name="source"/>, as long and with the same lines, but blanks for comments and literals. Holes of interpolated strings stay.</summary>
    public static string CodeOf(string source)
    {
        SourceText scanner = new(source);
        scanner.ScanCode(isHole: false);
        return scanner._code.ToString();
    }

    private char Next(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool Sees(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private void Keep() => _code.Append(_text[_at++]);

    private void Blank(int count = 1)
    {
        for (int i = 0; i < count && _at < _text.Length; i++, _at++)
        {
            _code.Append(_text[_at] is '\n' or '\r' ? _text[_at] : ' ');
        }
    }

    private void BlankUntil(string end, int skip)
    {
        int found = _text.IndexOf(end, Math.Min(_at + skip, _text.Length), StringComparison.Ordinal);
        Blank((found < 0 ? _text.Length : found + end.Length) - _at);
    }

    /// <summary>Scans to the end of the text or, in a hole, to the brace that closes it.</summary>
    private void ScanCode(bool isHole)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            if (isHole && depth == 0 && Next() == '}')
            {
                return;
            }

            depth += Next() switch { '{' => 1, '}' => -1, _ => 0 };
            if (Sees("//"))
            {
                BlankUntil("\n", skip: 0);
            }
            else if (Sees("/*"))
            {
                BlankUntil("*/", skip: 2);
            }
            else if (Next() == '\'')
            {
                ScanChar();
            }
            else if (!TryScanString())
            {
                Keep();
            }
        }
    }

    private void ScanChar()
    {
        Blank();
        while (_at < _text.Length && Next() is not ('\'' or '\n'))
        {
            Blank(Next() == '\\' ? 2 : 1);
        }

        Blank();
    }

    private bool TryScanString()
    {
        int prefix = 0;
        while (Next(prefix) is '$' or '@')
        {
            prefix++;
        }

        int quotes = 0;
        while (Next(prefix + quotes) == '"')
        {
            quotes++;
        }

        if (quotes == 0)
        {
            return false;
        }

        string marks = _text.Substring(_at, prefix);
        int dollars = marks.Count(c => c == '$');
        bool isVerbatim = marks.Contains('@', StringComparison.Ordinal);
        if (quotes >= 3 && !isVerbatim)
        {
            Blank(prefix + quotes);
            ScanContent(new string('"', quotes), dollars, isVerbatim: true, isRaw: true);
        }
        else if (quotes == 2 && !isVerbatim)
        {
            Blank(prefix + 2);
        }
        else
        {
            Blank(prefix + 1);
            ScanContent("\"", dollars, isVerbatim, isRaw: false);
        }

        return true;
    }

    private void ScanContent(string end, int dollars, bool isVerbatim, bool isRaw)
    {
        while (_at < _text.Length)
        {
            if (!isRaw && isVerbatim && Sees("\"\""))
            {
                Blank(2);
            }
            else if (Sees(end))
            {
                Blank(end.Length);
                return;
            }
            else if (!isVerbatim && Next() == '\\')
            {
                Blank(2);
            }
            else if (dollars > 0 && Next() == '{')
            {
                ScanBraces(dollars, isRaw);
            }
            else
            {
                Blank();
            }
        }
    }

    /// <summary>In a raw string a hole opens with as many braces as there are dollars; elsewhere with one, and two mean a brace.</summary>
    private void ScanBraces(int dollars, bool isRaw)
    {
        int braces = 0;
        while (Next(braces) == '{')
        {
            braces++;
        }

        Blank(braces);
        bool opensHole = isRaw ? braces >= dollars : braces % 2 == 1;
        if (opensHole)
        {
            ScanCode(isHole: true);
            Blank(isRaw ? dollars : 1);
        }
    }
}
