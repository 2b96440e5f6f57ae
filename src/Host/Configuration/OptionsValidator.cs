using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace ActorFed.Host.Configuration;

/// <summary>Checks bound options against their own rules and words what breaks them with key, value, limit and place.</summary>
/// <remarks>
/// A message of <see cref="IValidatableObject"/> continues a sentence that begins with the key: <c>"must be at most 4"</c> or
/// <c>"is 30; it must be at most 4"</c>; in the first form the value is put in as it was written. A member name may be a path
/// of properties, such as <c>Participation.MinActive</c>.
/// </remarks>
internal static class OptionsValidator
{
    /// <summary>One error per broken rule; none when the options may be used.</summary>
    /// <param name="options">The options.</param>
    /// <param name="root">The tree they were bound from, where values and origins are found.</param>
    /// <param name="section">Their section.</param>
    /// <param name="path">Its path.</param>
    public static IReadOnlyList<string> Validate(object options, HoconObject root, HoconField section, string path)
    {
        List<string> errors = [];
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!Allows(rule, property.GetValue(options), new ValidationContext(options) { MemberName = property.Name }))
                {
                    errors.Add(Locate(root, path, property.Name, section, Explain(rule)));
                }
            }
        }

        if (errors.Count == 0 && options is IValidatableObject validatable)
        {
            foreach (ValidationResult result in validatable.Validate(new ValidationContext(options)))
            {
                string problem = result.ErrorMessage ?? "is not valid";
                string[] members = [.. result.MemberNames];
                errors.AddRange(members.Length == 0
                    ? [$"{section.Origin}: {(path.Length == 0 ? "the configuration" : path)} {problem}"]
                    : members.Select(member => Locate(root, path, member, section, problem)));
            }
        }

        return errors;
    }

    private static bool Allows(ValidationAttribute rule, object? value, ValidationContext context)
    {
        try
        {
            return rule.GetValidationResult(value, context) == ValidationResult.Success;
        }
        catch (OverflowException)
        {
            return false; // a range of int asked about a long outside of int
        }
    }

    private static string Locate(HoconObject root, string path, string member, HoconField section, string problem)
    {
        string key = member.Split('.').Aggregate(path, (prefix, name) => HoconPath.Append(prefix, ScalarText.KebabCase(name)));

        // Options in a list have no path in the tree; their place is that of their section.
        HoconField? field = path.Contains('[') ? null : root.Find(key);
        string value = field is null || problem.StartsWith("is ", StringComparison.Ordinal) ? "" : $"is {field.Value}; it ";
        return $"{(field ?? section).Origin}: {key} {value}{problem}";
    }

    private static string Explain(ValidationAttribute rule) => rule switch
    {
        { ErrorMessage: { } message } => message,
        RangeAttribute range => $"must be {Limits(range)}",
        RequiredAttribute => "must not be empty",
        MinLengthAttribute least => $"must have at least {least.Length} entries or characters",
        MaxLengthAttribute most => $"must have at most {most.Length} entries or characters",
        AllowedValuesAttribute allowed => $"must be one of {string.Join(", ", allowed.Values)}",
        RegularExpressionAttribute form => $"must match {form.Pattern}",
        _ => $"breaks the rule {rule.GetType().Name}",
    };

    private static string Limits(RangeAttribute range)
    {
        string least = $"{(range.MinimumIsExclusive ? "more than" : "at least")} {Format(range.Minimum)}";
        string most = $"{(range.MaximumIsExclusive ? "less than" : "at most")} {Format(range.Maximum)}";
        return (IsLimit(range.Minimum), IsLimit(range.Maximum)) switch
        {
            (true, false) => least,
            (false, true) => most,
            (true, true) when !range.MinimumIsExclusive && !range.MaximumIsExclusive =>
                $"between {Format(range.Minimum)} and {Format(range.Maximum)}",
            _ => $"{least} and {most}",
        };
    }

    // [Range(1L, long.MaxValue)] is a range of double, in which long.MaxValue is 2^63.
    private static bool IsLimit(object limit) => limit switch
    {
        int number => number is not (int.MinValue or int.MaxValue),
        double number => Math.Abs(number) < -(double)long.MinValue,
        _ => true,
    };

    private static string Format(object limit) => limit switch
    {
        TimeSpan duration => UnitText.Format(duration),
        _ => Convert.ToString(limit, CultureInfo.InvariantCulture) ?? "",
    };
}
