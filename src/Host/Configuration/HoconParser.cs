using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>Reads HOCON, with the files it includes, into a tree of expressions.</summary>
/// <remarks>
/// Source: the HOCON specification of the Typesafe config project. Stricter in three points, each of which turns a slip of the
/// hand into an error: a key is one word or one quoted string per path element, only files can be included, and nesting, text
/// and includes have limits.
/// </remarks>
internal sealed class HoconParser
{
    private const int MaxTextLength = 4 << 20;
    private const int MaxIncludeDepth = 32;

    private readonly HoconScanner _scanner;
    private readonly Func<string, string?>? _readFile;
    private readonly ImmutableArray<string> _files;
    private readonly ImmutableArray<ImmutableArray<string>> _roots;
    private int _depth;

    private HoconParser(
        string text, Origin origin, Func<string, string?>? readFile, ImmutableArray<string> files, ImmutableArray<ImmutableArray<string>> roots)
    {
        if (text.Length > MaxTextLength)
        {
            throw new ConfigurationException(
                origin, $"the text has {text.Length} characters; at most {MaxTextLength} are read, keep data in data files");
        }

        _scanner = new HoconScanner(text, origin.Source, origin.Line > 0);
        _readFile = readFile;
        _files = files;
        _roots = roots;
        _depth = roots[0].Length; // an included file nests as deep as the section it stands in
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The name of the file; includes are relative to it.</param>
    /// <param name="readFile">The text of a file, or null when there is no such file; null when nothing may be included.</param>
    /// <exception cref="ConfigurationException">The text is not valid.</exception>
    public static ObjectExpression Parse(string text, string source, Func<string, string?>? readFile = null) =>
        new HoconParser(text, new Origin(source, 1), readFile, [source], [[]]).ParseRoot();

    /// <summary>Reads one argument such as <c>adbo.step-lower=0.1</c>, which has no lines and includes nothing.</summary>
    /// <exception cref="ConfigurationException">The text is not valid.</exception>
    public static ObjectExpression ParseArgument(string text, string source) =>
        new HoconParser(text, new Origin(source), null, [source], [[]]).ParseRoot();

    /// <summary>Reads a dotted path.</summary>
    /// <exception cref="ConfigurationException">The text is not a path.</exception>
    public static ImmutableArray<string> ParsePath(string text, string source)
    {
        HoconParser parser = new(text, new Origin(source), null, [source], [[]]);
        ImmutableArray<string> path = parser.ParseKeys();
        return parser._scanner.IsAtEnd ? path : throw parser._scanner.Error($"expected a dotted path, found {parser._scanner.Found}");
    }

    private ObjectExpression ParseRoot()
    {
        ObjectExpression root = new(_scanner.Here);
        _scanner.SkipBlanks();
        if (_scanner.Current == '[')
        {
            throw _scanner.Error("a list stands where the keys should; write key = [...]");
        }

        Origin opened = _scanner.Here;
        ParseFields(root, _roots[0], _scanner.TryTake("{") ? opened : null);
        _scanner.SkipBlanks();
        return _scanner.IsAtEnd ? root : throw _scanner.Error($"expected the end of the file, found {_scanner.Found}");
    }

    /// <summary>Reads fields up to the brace that closes them, or to the end when none was opened.</summary>
    /// <param name="target">Takes the fields.</param>
    /// <param name="path">Path of the section; null inside a list, where fields have no path.</param>
    /// <param name="opened">Where the brace was opened; null without braces.</param>
    private void ParseFields(ObjectExpression target, ImmutableArray<string>? path, Origin? opened)
    {
        bool isSeparated = true;
        while (true)
        {
            isSeparated |= _scanner.SkipBlanks();
            if (opened is null ? _scanner.IsAtEnd : _scanner.TryTake("}"))
            {
                return;
            }

            if (_scanner.IsAtEnd)
            {
                throw _scanner.Error($"the {{ of {opened} is not closed; add a }}");
            }

            if (!isSeparated)
            {
                throw _scanner.Error($"expected a new line or a comma before the next key, found {_scanner.Found}; "
                    + "quote a value that contains reserved characters");
            }

            if (!TryParseInclude(target, path))
            {
                ParseField(target, path);
            }

            isSeparated = _scanner.SkipBlanks();
            isSeparated |= _scanner.TryTake(",");
        }
    }

    private void ParseField(ObjectExpression target, ImmutableArray<string>? path)
    {
        Origin origin = _scanner.Here;
        string documentation = _scanner.Documentation;
        ImmutableArray<string> keys = ParseKeys();
        ImmutableArray<string>? owner = path?.AddRange(keys);
        _scanner.SkipSpaces();
        Enter(keys.Length);
        Expression value;
        if (_scanner.TryTake("+="))
        {
            SubstitutionExpression self = new(origin, HoconPath.Join(keys), [new SubstitutionTarget(true, [])], IsOptional: true);
            value = new ConcatenationExpression(origin, [self, new ListExpression(origin, [ParseValue(owner, keys)])]);
        }
        else if (_scanner.Current == '{' || _scanner.TryTake("=") || _scanner.TryTake(":"))
        {
            value = ParseValue(owner, keys);
        }
        else
        {
            throw _scanner.Error($"expected =, : or {{ after the key {HoconPath.Join(keys)}, found {_scanner.Found}");
        }

        _depth -= keys.Length;
        target.Add(keys.AsSpan(), new Definition(origin, documentation, value));
    }

    private ImmutableArray<string> ParseKeys()
    {
        ImmutableArray<string>.Builder keys = ImmutableArray.CreateBuilder<string>();
        do
        {
            bool isQuoted = _scanner.Current == '"';
            string key = isQuoted ? _scanner.ReadQuoted() : _scanner.ReadWord(endsAtDot: true);
            if (key.Length == 0 && !isQuoted)
            {
                _scanner.SkipSpaces();
                throw _scanner.Error($"expected a key, found {_scanner.Found}; "
                    + "a key is words, or strings in quotes, joined by single dots");
            }

            keys.Add(key);
        }
        while (_scanner.TryTake("."));

        return keys.ToImmutable();
    }

    private Expression ParseValue(ImmutableArray<string>? owner, ImmutableArray<string> keys)
    {
        _scanner.SkipBlanks();
        Origin origin = _scanner.Here;
        List<Expression> parts = [];
        while (true)
        {
            string space = _scanner.SkipSpaces();
            if (_scanner.IsAtEnd || _scanner.IsAtComment || TryParsePart(owner, keys) is not { } part)
            {
                break;
            }

            if (space.Length > 0 && parts.Count > 0)
            {
                parts.Add(new TextExpression(origin, space, TextKind.Space));
            }

            parts.Add(part);
        }

        if (parts.Count == 0)
        {
            throw _scanner.Error($"{HoconPath.Join(keys)}: expected a value, found {_scanner.Found}; "
                + "put text with reserved characters in quotes");
        }

        if (parts.Count > 1 && parts.TrueForAll(part => part is TextExpression))
        {
            return new TextExpression(origin, string.Concat(parts.Select(part => ((TextExpression)part).Text)), TextKind.Quoted);
        }

        return parts.Count == 1 ? parts[0] : new ConcatenationExpression(origin, [.. parts]);
    }

    private Expression? TryParsePart(ImmutableArray<string>? owner, ImmutableArray<string> keys)
    {
        Origin origin = _scanner.Here;
        switch (_scanner.Current)
        {
            case '"':
                return new TextExpression(origin, _scanner.ReadString(), TextKind.Quoted);
            case '{':
                _scanner.TryTake("{");
                ObjectExpression section = new(origin);
                ParseFields(section, owner, origin);
                return section;
            case '[':
                return ParseList(owner, keys);
            case '$':
                return ParseSubstitution(owner);
            default:
                string word = _scanner.ReadWord(endsAtDot: false);
                return word.Length == 0 ? null : new TextExpression(origin, word, TextKind.Bare);
        }
    }

    private ListExpression ParseList(ImmutableArray<string>? owner, ImmutableArray<string> keys)
    {
        Origin origin = _scanner.Here;
        _scanner.TryTake("[");
        Enter(1);
        ImmutableArray<Expression>.Builder items = ImmutableArray.CreateBuilder<Expression>();
        bool isSeparated = true;
        while (true)
        {
            _scanner.SkipBlanks();
            if (_scanner.TryTake("]"))
            {
                _depth--;
                return new ListExpression(origin, items.ToImmutable());
            }

            if (_scanner.IsAtEnd)
            {
                throw _scanner.Error($"the [ of {origin} is not closed; add a ]");
            }

            if (!isSeparated)
            {
                throw _scanner.Error($"{HoconPath.Join(keys)}: expected a comma, a new line or ] in the list, found {_scanner.Found}");
            }

            // An object in a list has no path: what its keys are set to cannot be referred to.
            items.Add(ParseValue(_scanner.Current == '{' ? null : owner, keys));
            isSeparated = _scanner.SkipBlanks();
            isSeparated |= _scanner.TryTake(",");
        }
    }

    private SubstitutionExpression ParseSubstitution(ImmutableArray<string>? owner)
    {
        Origin origin = _scanner.Here;
        if (!_scanner.TryTake("${"))
        {
            throw _scanner.Error("found a $ that starts no ${substitution}; put text with a $ in quotes");
        }

        bool isOptional = _scanner.TryTake("?");
        _scanner.SkipSpaces();
        ImmutableArray<string> path = ParseKeys();
        _scanner.SkipSpaces();
        if (!_scanner.TryTake("}"))
        {
            throw _scanner.Error($"expected }} to close the substitution of {HoconPath.Join(path)}, found {_scanner.Found}");
        }

        return new SubstitutionExpression(
            origin, string.Join('.', path), [.. _roots.Select(root => FindTarget(root.AddRange(path), owner))], isOptional);
    }

    private static SubstitutionTarget FindTarget(ImmutableArray<string> path, ImmutableArray<string>? owner) =>
        owner is { } self && path.AsSpan().StartsWith(self.AsSpan())
            ? new SubstitutionTarget(true, path[self.Length..])
            : new SubstitutionTarget(false, path);

    private bool TryParseInclude(ObjectExpression target, ImmutableArray<string>? path)
    {
        if (!_scanner.StartsWith("include ") && !_scanner.StartsWith("include\t"))
        {
            return false;
        }

        _scanner.TryTake("include");
        _scanner.SkipSpaces();
        bool isRequired = _scanner.TryTake("required(");
        bool isFile = _scanner.TryTake("file(");
        if (_scanner.Current != '"')
        {
            throw _scanner.Error($"expected a file name in quotes after include, found {_scanner.Found}; "
                + "write include \"x.conf\", include file(\"x.conf\") or include required(file(\"x.conf\"))");
        }

        Origin origin = _scanner.Here;
        string name = _scanner.ReadQuoted();
        if ((isFile && !_scanner.TryTake(")")) || (isRequired && !_scanner.TryTake(")")))
        {
            throw _scanner.Error($"expected ) after the file name of the include, found {_scanner.Found}");
        }

        if (ReadIncluded(name, isRequired, path, origin) is { } included)
        {
            target.Merge(included);
        }

        return true;
    }

    private ObjectExpression? ReadIncluded(string name, bool isRequired, ImmutableArray<string>? path, Origin origin)
    {
        if (_readFile is null || path is not { } root)
        {
            throw new ConfigurationException(origin, $"\"{name}\" cannot be included here; include it from a section of a file");
        }

        string file = HoconPath.ResolveFile(origin.Source, name);
        if (_files.Contains(file))
        {
            throw new ConfigurationException(
                origin, $"files include each other: {string.Join(" -> ", _files.SkipWhile(f => f != file))} -> {file}; remove one include");
        }

        if (_files.Length == MaxIncludeDepth)
        {
            throw new ConfigurationException(origin, $"includes nest deeper than {MaxIncludeDepth} files; include fewer levels");
        }

        if (_readFile(file) is not { } text)
        {
            return isRequired ? throw new ConfigurationException(origin, $"the required file {file} does not exist") : null;
        }

        return new HoconParser(text, new Origin(file, 1), _readFile, _files.Add(file), _roots.Insert(0, root)).ParseRoot();
    }

    private void Enter(int levels)
    {
        _depth += levels;
        if (_depth >= HoconValue.MaxDepth)
        {
            throw _scanner.Error($"sections and lists nest deeper than {HoconValue.MaxDepth} levels; use fewer");
        }
    }
}
