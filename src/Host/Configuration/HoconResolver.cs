using System.Collections.Immutable;
using System.Text;

namespace ActorFed.Host.Configuration;

/// <summary>Gives every key its value: folds the settings of each key, earliest first, and looks substitutions up.</summary>
/// <remarks>
/// Call by need: a key is worked out when something asks for it, and then kept. A section is worked out without its keys, so
/// that sections may refer to each other's keys in any order; what asks for itself while it is being worked out is a cycle.
/// </remarks>
internal sealed class HoconResolver
{
    private const int MaxChainLength = 300;
    private const long MaxSize = 4 << 20;

    private readonly Func<string, string?> _environment;
    private readonly Section _root;
    private readonly List<(object Item, string Path)> _active = [];

    private HoconResolver(ObjectExpression root, Func<string, string?> environment)
    {
        _environment = environment;
        _root = EvaluateObject(root, null, "");
    }

    /// <summary>The tree of values.</summary>
    /// <param name="root">All layers, merged.</param>
    /// <param name="environment">The environment variable of a name, or null; asked for what no layer defines.</param>
    /// <exception cref="ConfigurationException">A substitution has no value or depends on itself, or a value grows too large.</exception>
    public static HoconObject Resolve(ObjectExpression root, Func<string, string?> environment)
    {
        HoconResolver resolver = new(root, environment);
        return (HoconObject)resolver.Complete(resolver._root);
    }

    /// <summary>A value whose keys may still have to be worked out.</summary>
    private abstract record Partial(Origin Origin);

    private sealed record Atom(HoconValue Value) : Partial(Value.Origin);

    private sealed record Sequence(Origin Origin, ImmutableArray<Partial> Items) : Partial(Origin)
    {
        public HoconValue? Completed { get; set; }
    }

    private sealed record Section(Origin Origin, string Path, Dictionary<string, Thunk> Keys) : Partial(Origin)
    {
        public HoconObject? Completed { get; set; }
    }

    /// <summary>A key whose value is worked out when needed.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Definitions">Its settings.</param>
    /// <param name="Count">How many of them count: fewer than all for the value that the key had before.</param>
    /// <param name="Below">The value below the first of them; null when there is none.</param>
    private sealed record Thunk(string Path, IReadOnlyList<Definition> Definitions, int Count, Thunk? Below)
    {
        public Definition Top => Definitions[Count - 1];

        public bool IsDone { get; set; }

        public Partial? Value { get; set; }
    }

    /// <summary>Stands where a value from elsewhere is laid over a key.</summary>
    private sealed record DeferredExpression(Origin Origin, Thunk Source) : Expression(Origin);

    /// <summary>Where an expression stands.</summary>
    /// <param name="Path">The key it belongs to.</param>
    /// <param name="Below">The value that the key had before, for references to itself.</param>
    /// <param name="Merges">Whether a section is merged over the one below; not for items of lists and parts of joins.</param>
    private readonly record struct Scope(string Path, Thunk? Below, bool Merges);

    /// <summary>Works a key out down to, and without, the keys of a section; null when it has no value.</summary>
    private Partial? Force(Thunk? key)
    {
        if (key is null || key.IsDone)
        {
            return key?.Value;
        }

        Enter(key, key.Path, key.Top.Origin);
        Thunk? below = key.Count == 1 ? key.Below : key with { Count = key.Count - 1 };
        key.Value = Evaluate(key.Top.Value, new Scope(key.Path, below, Merges: true)) ?? Force(below);
        key.IsDone = true;
        Leave();
        return key.Value;
    }

    private Partial? Evaluate(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case TextExpression { Kind: TextKind.Bare, Text: "null" }:
                return new Atom(new HoconNull(expression.Origin));
            case TextExpression text:
                return new Atom(new HoconScalar(text.Origin, text.Text));
            case ListExpression list:
                Scope inside = scope with { Merges = false };
                return new Sequence(list.Origin, [.. list.Items.Select(item => Evaluate(item, inside)).OfType<Partial>()]);
            case ObjectExpression section:
                return EvaluateObject(section, SectionBelow(scope), scope.Path);
            case ConcatenationExpression concatenation:
                return Concatenate(concatenation, scope);
            case SubstitutionExpression substitution:
                return MergeOver(SectionBelow, LookUp(substitution, scope), scope);
            case DeferredExpression deferred:
                return MergeOver(SectionBelow, Force(deferred.Source), scope);
            default:
                throw new ArgumentException($"{expression.GetType().Name} is not a kind of expression that has a value", nameof(expression));
        }
    }

    private Section EvaluateObject(ObjectExpression section, Section? below, string path)
    {
        Dictionary<string, Thunk> keys = below is null ? [] : new(below.Keys);
        foreach ((string key, List<Definition> definitions) in section.Fields)
        {
            keys[key] = new Thunk(HoconPath.Append(path, key), definitions, definitions.Count, keys.GetValueOrDefault(key));
        }

        return new Section(section.Origin, path, keys);
    }

    private Partial? Concatenate(ConcatenationExpression concatenation, Scope scope)
    {
        StringBuilder text = new();
        Partial? joined = null;
        foreach (Expression part in concatenation.Parts)
        {
            if (part is TextExpression { Kind: TextKind.Space } space)
            {
                text.Append(space.Text);
                continue;
            }

            Partial? value = part is ObjectExpression section
                ? EvaluateObject(section, joined is null ? SectionBelow(scope) : joined as Section, scope.Path)
                : Evaluate(part, scope with { Merges = false });
            if (value is Atom atom)
            {
                text.Append(atom.Value is HoconScalar scalar ? scalar.Text : "null");
                CheckSize(text.Length, part.Origin, scope.Path);
            }

            joined = (joined, value) switch
            {
                (_, null) => joined,
                (null, _) => MergeOver(SectionBelow, value, scope),
                (Atom, Atom) => joined,
                (Sequence left, Sequence right) => new Sequence(left.Origin, left.Items.AddRange(right.Items)),
                (Section left, Section right) => part is ObjectExpression ? right : Merge(left, right),
                _ => throw new ConfigurationException(part.Origin,
                    $"{scope.Path}: {NameOf(joined)} and {NameOf(value)} cannot be joined; quote the text, or put a comma or a new line between them"),
            };
            CheckSize((joined as Sequence)?.Items.Length ?? 0, part.Origin, scope.Path);
        }

        return joined is Atom ? new Atom(new HoconScalar(concatenation.Origin, text.ToString())) : joined;
    }

    private Partial? LookUp(SubstitutionExpression substitution, Scope scope)
    {
        foreach (SubstitutionTarget target in substitution.Targets)
        {
            Partial? found = target.IsSelf ? Force(scope.Below) : _root;
            foreach (string key in target.Path)
            {
                found = Force((found as Section)?.Keys.GetValueOrDefault(key));
            }

            if (found is not null)
            {
                return found;
            }
        }

        if (_environment(substitution.Name) is { } text)
        {
            return new Atom(new HoconScalar(substitution.Origin, text));
        }

        if (substitution.IsOptional)
        {
            return null;
        }

        string reason = substitution.Targets.Any(target => target.IsSelf)
            ? "refers to the value that its own key had before, and nothing set one; set it earlier"
            : "has no value; set that key";
        throw new ConfigurationException(substitution.Origin, $"{scope.Path}: ${{{substitution.Name}}} {reason}, or the environment "
            + $"variable {substitution.Name}, or write ${{?{substitution.Name}}} if it may be missing");
    }

    private Section? SectionBelow(Scope scope) => scope.Merges ? Force(scope.Below) as Section : null;

    // The section below is asked for only when there is one to lay over it: a text in front of it hides it, cycles and all.
    private static Partial? MergeOver(Func<Scope, Section?> below, Partial? value, Scope scope) =>
        value is Section upper && below(scope) is { } lower ? Merge(lower, upper) : value;

    private static Section Merge(Section lower, Section upper)
    {
        Dictionary<string, Thunk> keys = new(lower.Keys);
        foreach ((string key, Thunk thunk) in upper.Keys)
        {
            keys[key] = keys.TryGetValue(key, out Thunk? covered) && !ReferenceEquals(covered, thunk)
                ? new Thunk(thunk.Path, [thunk.Top with { Value = new DeferredExpression(thunk.Top.Origin, thunk) }], 1, covered)
                : thunk;
        }

        return upper with { Keys = keys, Completed = null };
    }

    /// <summary>Works out everything below <paramref name="value"/>.</summary>
    private HoconValue Complete(Partial value)
    {
        switch (value)
        {
            case Atom atom:
                return atom.Value;
            case Sequence list:
                return list.Completed ??= Checked(new HoconList(list.Origin, [.. list.Items.Select(Complete)]), "a list");
            case Section { Completed: { } completed }:
                return completed;
            case Section section:
                Enter(section, section.Path, section.Origin);
                ImmutableSortedDictionary<string, HoconField>.Builder fields = HoconObject.NoFields.ToBuilder();
                foreach ((string key, Thunk thunk) in section.Keys)
                {
                    if (Force(thunk) is { } field)
                    {
                        fields.Add(key, new HoconField(thunk.Top.Origin, Complete(field)));
                    }
                }

                Leave();
                section.Completed = (HoconObject)Checked(new HoconObject(section.Origin, fields.ToImmutable()), section.Path);
                return section.Completed;
            default:
                throw new ArgumentException($"{value.GetType().Name} is not a kind of value that can be completed", nameof(value));
        }
    }

    private static HoconValue Checked(HoconValue value, string path)
    {
        CheckSize(value.Size, value.Origin, path);
        return value.Depth <= HoconValue.MaxDepth
            ? value
            : throw new ConfigurationException(
                value.Origin, $"{path}: sections and lists nest deeper than {HoconValue.MaxDepth} levels; use fewer");
    }

    private static void CheckSize(long size, Origin origin, string path)
    {
        if (size > MaxSize)
        {
            throw new ConfigurationException(
                origin, $"{path}: the value grows beyond {MaxSize} characters by its substitutions; refer to less");
        }
    }

    private void Enter(object item, string path, Origin origin)
    {
        int first = _active.FindIndex(entry => ReferenceEquals(entry.Item, item));
        if (first >= 0)
        {
            IEnumerable<string> chain = _active.Skip(first).Select(entry => entry.Path).Append(path);
            throw new ConfigurationException(
                origin, $"{path}: the value depends on itself: {string.Join(" -> ", chain)}; break the cycle with a value");
        }

        if (_active.Count == MaxChainLength)
        {
            throw new ConfigurationException(
                origin, $"{path}: more than {MaxChainLength} keys depend on each other in a row; shorten the chain");
        }

        _active.Add((item, path));
    }

    private void Leave() => _active.RemoveAt(_active.Count - 1);

    private static string NameOf(Partial? value) => value switch
    {
        Sequence => "a list",
        Section => "a section",
        _ => "a text",
    };
}
