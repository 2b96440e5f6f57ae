using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ActorFed.Host.Configuration;

namespace ActorFed.Host.Plugins;

/// <summary>Writes new options as a section of a reference.conf: what <see cref="HoconBinder"/> reads, the other way round.</summary>
internal static class OptionsDefaults
{
    /// <summary>The section with every key, its default, and its meaning where the property has a description.</summary>
    /// <param name="section">Name of the section.</param>
    /// <param name="type">Type of the options.</param>
    /// <exception cref="NotSupportedException">A property is of a type that no key can have, or has no default.</exception>
    public static string Write(string section, Type type)
    {
        ConstructorInfo constructor = type.GetConstructor([])
            ?? throw new NotSupportedException($"{type.Name} has no public constructor without parameters; give every setting its default in a property.");
        StringBuilder text = new();
        WriteSection(section, constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null), "", text);
        return text.ToString();
    }

    private static void WriteSection(string name, object options, string indent, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{indent}{name} {{\n");
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true })
            {
                continue;
            }

            if (property.IsDefined(typeof(RequiredMemberAttribute)))
            {
                throw new NotSupportedException(
                    $"{options.GetType().Name}.{property.Name} is required, so it has no default; give it a value, one out of its range if every experiment must set it.");
            }

            WriteProperty(property, options, indent + "  ", text);
        }

        text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
    }

    private static void WriteProperty(PropertyInfo property, object options, string indent, StringBuilder text)
    {
        string key = HoconWriter.WriteKey(ScalarText.KebabCase(property.Name));
        object? value = property.GetValue(options);
        foreach (string line in property.GetCustomAttribute<DescriptionAttribute>()?.Description.Split('\n') ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}# {line}\n");
        }

        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsClass && type != typeof(string) && value is not null)
        {
            WriteSection(key, value, indent, text);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{key} = {HoconWriter.WriteInline(ValueOf(value, type, property.Name))}\n");
        }
    }

    private static HoconValue ValueOf(object? value, Type type, string name)
    {
        Origin origin = new("default");
        if (value is null)
        {
            return new HoconNull(origin);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            bool isDefault = value.Equals(Activator.CreateInstance(type)); // never set: no items
            Type item = type.GetGenericArguments()[0];
            return new HoconList(origin, isDefault ? [] : [.. ((IEnumerable)value).Cast<object?>().Select(entry => ValueOf(entry, item, name))]);
        }

        string text = value switch
        {
            string or int or long or ulong => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            bool flag => flag ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            float number => number.ToString("R", CultureInfo.InvariantCulture),
            TimeSpan duration => UnitText.Format(duration),
            Enum choice => ScalarText.NameOf(choice),
            _ => throw new NotSupportedException(
                $"{name} is of type {type.Name}; a setting is a string, bool, int, long, ulong, float, double, TimeSpan, an enumeration, "
                + "a record of settings, or an ImmutableArray of one of the first eight."),
        };
        return new HoconScalar(origin, text);
    }
}
