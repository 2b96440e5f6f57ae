using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Configuration;

/// <summary>Reads booleans, numbers and names out of a scalar's text.</summary>
internal static class ScalarText
{
    /// <summary>The kebab-case form of a name of the program: <c>MinActive</c> is <c>min-active</c>.</summary>
    public static string KebabCase(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>How a value of an enumeration is written: in kebab-case, unless it has a <see cref="JsonStringEnumMemberNameAttribute"/>.</summary>
    public static string NameOf(Enum value) => NameOf(value.GetType(), value.ToString());

    /// <summary>How each value of an enumeration is written, in the order of <see cref="Enum.GetNames(Type)"/>.</summary>
    public static IEnumerable<string> NamesOf(Type type) => Enum.GetNames(type).Select(name => NameOf(type, name));

    /// <summary>Reads <paramref name="text"/> as a <paramref name="type"/>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="type">string, bool, int, long, ulong, float, double, TimeSpan, ParticipantId or an enumeration.</param>
    /// <param name="isBytes">Whether an integer is a size, and may have a unit.</param>
    /// <param name="problem">What is wrong, when nothing is returned.</param>
    /// <exception cref="NotSupportedException">Options of this type cannot be bound.</exception>
    public static object? Parse(string text, Type type, bool isBytes, out string problem)
    {
        problem = "";
        return type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => ParseBoolean(text, out problem),
            _ when type == typeof(TimeSpan) => UnitText.ParseDuration(text, out problem),
            _ when type == typeof(double) => ParseNumber(text, out problem),
            _ when type == typeof(float) => ParseSingle(text, out problem),
            _ when type == typeof(int) => (int?)ParseInteger(text, int.MinValue, int.MaxValue, isBytes, out problem),
            _ when type == typeof(long) => (long?)ParseInteger(text, long.MinValue, long.MaxValue, isBytes, out problem),
            _ when type == typeof(ulong) => (ulong?)ParseInteger(text, ulong.MinValue, ulong.MaxValue, isBytes, out problem),
            _ when type == typeof(ParticipantId) => ParseParticipant(text, out problem),
            { IsEnum: true } => ParseName(text, type, out problem),
            _ => throw new NotSupportedException($"{type} is not a type of option; give the property a type that HoconBinder knows"),
        };
    }

    private static bool? ParseBoolean(string text, out string problem)
    {
        problem = $"expected true or false (or yes, no, on, off), found \"{text}\"";
        return text switch
        {
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => null,
        };
    }

    private static double? ParseNumber(string text, out string problem)
    {
        problem = $"expected a number, found \"{text}\"; write e.g. 0.02";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;
    }

    private static float? ParseSingle(string text, out string problem) =>
        ParseNumber(text, out problem) is { } number && float.IsFinite((float)number) ? (float)number : null;

    private static decimal? ParseInteger(string text, decimal min, decimal max, bool isBytes, out string problem)
    {
        if (isBytes)
        {
            long? bytes = UnitText.ParseBytes(text, out problem);
            if (bytes <= max || bytes is null)
            {
                return bytes;
            }

            problem = $"expected a size of at most {max} bytes, found \"{text}\"";
            return null;
        }

        problem = $"expected a whole number from {min} to {max}, found \"{text}\"; write e.g. 10";
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && decimal.IsInteger(number) && number >= min && number <= max ? number : null;
    }

    private static ParticipantId? ParseParticipant(string text, out string problem)
    {
        problem = $"expected a participant such as master, worker-3 or neighbour-0; found \"{text}\"";
        return ParticipantId.TryParse(text, out ParticipantId id) ? id : null;
    }

    private static object? ParseName(string text, Type type, out string problem)
    {
        string? name = Array.Find(Enum.GetNames(type), candidate => NameOf(type, candidate) == text);
        problem = $"expected one of {string.Join(", ", NamesOf(type))}; found \"{text}\"";
        return name is null ? null : Enum.Parse(type, name);
    }

    private static string NameOf(Type type, string name) =>
        type.GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? KebabCase(name);
}
