using System.Collections.Immutable;

namespace ActorFed.Host.Configuration;

/// <summary>A value as it was written, before layers are merged and substitutions have values.</summary>
internal abstract record Expression(Origin Origin);

/// <summary>How a piece of text was written.</summary>
internal enum TextKind
{
    /// <summary>Without quotes: may mean null.</summary>
    Bare,

    /// <summary>In quotes of either kind.</summary>
    Quoted,

    /// <summary>The space between two pieces of one value; counts only between texts.</summary>
    Space,
}

/// <summary>Text, or a piece of it.</summary>
internal sealed record TextExpression(Origin Origin, string Text, TextKind Kind) : Expression(Origin);

/// <summary>A list.</summary>
internal sealed record ListExpression(Origin Origin, ImmutableArray<Expression> Items) : Expression(Origin);

/// <summary>Pieces that stand beside each other and are joined: texts, lists or objects.</summary>
internal sealed record ConcatenationExpression(Origin Origin, ImmutableArray<Expression> Parts) : Expression(Origin);

/// <summary><c>${name}</c> or <c>${?name}</c>.</summary>
/// <param name="Origin">Where it stands.</param>
/// <param name="Name">The path as written; also the name of the environment variable that is asked last.</param>
/// <param name="Targets">Where to look, in this order: an included file's own section comes before the root.</param>
/// <param name="IsOptional">Whether it may have no value.</param>
internal sealed record SubstitutionExpression(
    Origin Origin, string Name, ImmutableArray<SubstitutionTarget> Targets, bool IsOptional) : Expression(Origin);

/// <summary>One place where a substitution looks.</summary>
/// <param name="IsSelf">True: below the value that its own key had before, which is how a key extends itself. False: below the root.</param>
/// <param name="Path">The path from there.</param>
internal readonly record struct SubstitutionTarget(bool IsSelf, ImmutableArray<string> Path);

/// <summary>One setting of a key.</summary>
/// <param name="Origin">Where the key stands.</param>
/// <param name="Documentation">The comment lines directly above the key; empty when there are none.</param>
/// <param name="Value">What it is set to.</param>
internal sealed record Definition(Origin Origin, string Documentation, Expression Value);
