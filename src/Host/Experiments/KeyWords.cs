using System.Reflection;
using System.Text.RegularExpressions;
using ActorFed.Host.Configuration;

namespace ActorFed.Host.Experiments;

/// <summary>Libraries name options as code does; a person changes them by the keys of a file.</summary>
internal static partial class KeyWords
{
    /// <summary>Writes <c>section.min-rows-per-shard</c> for the option <c>MinRowsPerShard</c>, and <c>by-label</c> for the value <c>ByLabel</c>.</summary>
    /// <param name="message">What a library said.</param>
    /// <param name="section">Where the options stand in an experiment.</param>
    /// <param name="options">The type of the options.</param>
    public static string InKeys(string message, string section, Type options)
    {
        Dictionary<string, string> words = [];
        foreach (PropertyInfo property in options.GetProperties())
        {
            words[property.Name] = $"{section}.{ScalarText.KebabCase(property.Name)}";
            foreach (string value in property.PropertyType.IsEnum ? Enum.GetNames(property.PropertyType) : [])
            {
                words.TryAdd(value, ScalarText.KebabCase(value));
            }
        }

        return CapitalisedWord().Replace(ParameterName().Replace(message, ""), word => words.GetValueOrDefault(word.Value, word.Value));
    }

    [GeneratedRegex(@"(?<=^|[\s(,:;])[A-Z]\w+\b", RegexOptions.CultureInvariant)]
    private static partial Regex CapitalisedWord();

    [GeneratedRegex(@" \(Parameter '\w+'\)", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}
