using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ActorFed.Host.Configuration;

/// <summary>Turns a section into an options record: key <c>min-active</c> sets property <c>MinActive</c>.</summary>
/// <remarks>
/// Every public property that can be set must have a key and every key a property, so that reference.conf and the options
/// cannot drift apart. An integer whose name ends in Bytes takes a size such as <c>16MiB</c>. <c>none</c> and <c>null</c> mean
/// null where the property may be null. Types: string, bool, int, long, ulong, float, double, TimeSpan, ParticipantId, enumerations,
/// options records, ImmutableArray of these, and for a section whose keys are free ImmutableDictionary of string and one of these, or
/// <see cref="HoconObject"/>.
/// </remarks>
internal sealed class HoconBinder
{
    private readonly List<string> _errors = [];

    /// <summary>Binds the section at <paramref name="path"/>.</summary>
    /// <exception cref="ConfigurationException">Names every value that cannot be bound or breaks a rule of the options.</exception>
    public static T Bind<T>(HoconObject root, string path = "")
        where T : class => (T)Bind(typeof(T), root, path);

    /// <inheritdoc cref="Bind{T}"/>
    public static object Bind(Type type, HoconObject root, string path = "")
    {
        HoconField field = root.Find(path) ?? throw new ConfigurationException(root.Origin, $"the section {path} is missing");
        HoconBinder binder = new();
        object? options = binder.BindSection(type, field, path);
        return options is not null && binder._errors.Count == 0 ? options : throw new ConfigurationException(binder._errors);
    }

    private object? BindSection(Type type, HoconField field, string path)
    {
        if (field.Value is not HoconObject section)
        {
            return Fail(field, $"{path}: expected a section, found {field.Value}; write {path} {{ key = value }}");
        }

        ConstructorInfo constructor = type.GetConstructor([])
            ?? throw new NotSupportedException($"{type} is not a type of option; give it a constructor without parameters");
        int errorsBefore = _errors.Count;
        object options = constructor.Invoke(null);
        HashSet<string> bound = [];
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true })
            {
                continue;
            }

            string key = ScalarText.KebabCase(property.Name);
            bound.Add(key);
            if (section.Fields.TryGetValue(key, out HoconField? value))
            {
                SetProperty(options, property, value, HoconPath.Append(path, key));
            }
            else
            {
                Fail(field, $"{HoconPath.Append(path, key)} is missing, and {type.Name}.{property.Name} needs it; "
                    + "give it a default in reference.conf, null if it may have none");
            }
        }

        foreach ((string key, HoconField unknown) in section.Fields.Where(entry => !bound.Contains(entry.Key)))
        {
            string nearest = EditDistance.Nearest(key, bound) is { } near ? $"; the nearest key is {HoconPath.Append(path, near)}" : "";
            Fail(unknown, $"{HoconPath.Append(path, key)} is not a setting of {type.Name}{nearest}");
        }

        if (_errors.Count > errorsBefore)
        {
            return null;
        }

        _errors.AddRange(OptionsValidator.CheckWhole(options, field, path));
        return options;
    }

    private void SetProperty(object options, PropertyInfo property, HoconField field, string path)
    {
        int errorsBefore = _errors.Count;
        object? value = BindProperty(property, field, path);
        if (_errors.Count == errorsBefore)
        {
            property.SetValue(options, value);
            _errors.AddRange(OptionsValidator.CheckProperty(property, options, value, field, path));
        }
    }

    private object? BindProperty(PropertyInfo property, HoconField field, string path)
    {
        Type? nullable = Nullable.GetUnderlyingType(property.PropertyType);
        bool mayBeNull = nullable is not null
            || (!property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);
        if (field.Value is HoconNull or HoconScalar { Text: "none" } && mayBeNull)
        {
            return null;
        }

        bool isBytes = property.Name.EndsWith("Bytes", StringComparison.Ordinal);
        return BindValue(nullable ?? property.PropertyType, field, isBytes, path);
    }

    private object? BindValue(Type type, HoconField field, bool isBytes, string path)
    {
        if (type == typeof(HoconObject))
        {
            return field.Value as HoconObject ?? Fail(field, $"{path}: expected a section, found {field.Value}");
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return BindList(type.GetGenericArguments()[0], field, isBytes, path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>))
        {
            return BindFreeSection(type.GetGenericArguments()[1], field, isBytes, path);
        }

        if (type.IsClass && type != typeof(string))
        {
            return BindSection(type, field, path);
        }

        if (field.Value is not HoconScalar scalar)
        {
            return Fail(field, $"{path}: expected {Describe(type)}, found {field.Value}");
        }

        return ScalarText.Parse(scalar.Text, type, isBytes, out string problem) ?? Fail(field, $"{path}: {problem}");
    }

    private object? BindList(Type itemType, HoconField field, bool isBytes, string path)
    {
        if (field.Value is not HoconList list)
        {
            return Fail(field, $"{path}: expected a list, found {field.Value}; write {path} = [{field.Value}]");
        }

        Array items = Array.CreateInstance(itemType, list.Items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            HoconValue item = list.Items[i];
            items.SetValue(BindValue(itemType, new HoconField(item.Origin, item), isBytes, $"{path}[{i}]"), i);
        }

        return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!
            .MakeGenericMethod(itemType).Invoke(null, [items]);
    }

    private object? BindFreeSection(Type valueType, HoconField field, bool isBytes, string path)
    {
        if (field.Value is not HoconObject section)
        {
            return Fail(field, $"{path}: expected a section, found {field.Value}; write {path} {{ key = value }}");
        }

        IDictionary values = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        int errorsBefore = _errors.Count;
        foreach ((string key, HoconField entry) in section.Fields)
        {
            object? value = BindValue(valueType, entry, isBytes, HoconPath.Append(path, key));
            if (_errors.Count == errorsBefore)
            {
                values.Add(key, value);
            }
        }

        return Array.Find(typeof(ImmutableDictionary).GetMethods(), IsToImmutable)!.MakeGenericMethod(typeof(string), valueType).Invoke(null, [values]);

        static bool IsToImmutable(MethodInfo method) => method.Name == nameof(ImmutableDictionary.ToImmutableDictionary)
            && method.GetGenericArguments().Length == 2 && method.GetParameters().Length == 1
            && method.GetParameters()[0].ParameterType.GetGenericTypeDefinition() == typeof(IEnumerable<>);
    }

    private object? Fail(HoconField field, string problem)
    {
        _errors.Add($"{field.Origin}: {problem}");
        return null;
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration",
        { IsEnum: true } => $"one of {string.Join(", ", ScalarText.NamesOf(type))}",
        _ => "a number",
    };
}
