namespace ActorFed.Problems;

/// <summary>A problem of a user's own: <c>actorfed --plugin FILE</c> adds it to the catalogue for that command.</summary>
/// <remarks>
/// The program makes one object of every public class in the file that has this interface and a public constructor without
/// parameters. The settings of the problem stand in the section of its name: every public property of its options that can be set is
/// a key there, and the value it has in new options is the key's default. What <c>actorfed list keys</c> says of a key is the
/// <see cref="System.ComponentModel.DescriptionAttribute"/> of its property.
/// </remarks>
public interface IProblemPlugin
{
    /// <summary>The problem.</summary>
    ProblemEntry Entry { get; }
}
