namespace ActorFed.Host.Configuration;

/// <summary>Where a key or a value was written.</summary>
/// <param name="Source">The file, or the name of what stands in for one, such as <c>--set</c>.</param>
/// <param name="Line">Line in the file, from 1; 0 where the source has no lines.</param>
internal readonly record struct Origin(string Source, int Line = 0)
{
    /// <summary><c>file:line</c>, as editors and terminals recognise it.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}
