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
    /// <summary>One error per broken rule of one property.</summary>
    /// <param name="property">The property.</param>
    /// <param name="options">The options that it belongs to; what is not bound yet has no value.</param>
    /// <param name="value">What it is set to.</param>
    /// <param name="field">Its key in the tree.</param>
    /// <param name="path">The path of the key.</param>
    public static IEnumerable<string> CheckProperty(PropertyInfo property, object options, object? value, HoconField field, string path)
    {
        ValidationContext context = new(options) { MemberName = property.Name };
        return property.GetCustomAttributes<ValidationAttribute>()
            .Where(rule => !Allows(rule, value, context))
            .Select(rule => Word(field, path, Explain(rule)));
    }

    /// <summary>One error per broken rule between properties; asked when each property by itself is in order.</summary>
    /// <param name="options">The options.</param>
    /// <param name="section">Their section.</param>
    /// <param name="path">Its path.</param>
    public static IEnumerable<string> CheckWhole(object options, HoconField section, string path)
    {
        if (options is not IValidatableObject validatable)
        {
            yield break;
        }

        foreach (ValidationResult result in validatable.Validate(new ValidationContext(options)))
        {
            string problem = result.ErrorMessage ?? "is not valid";
            string[] members = [.. result.MemberNames];
            if (members.Length == 0)
            {
                yield return $"{section.Origin}: {(path.Length == 0 ? "the configuration" : path)} {problem}";
            }

            foreach (string member in members)
            {
                string key = HoconPath.Join(member.Split('.').Select(ScalarText.KebabCase));
                HoconField field = ((HoconObject)section.Value).Find(key)
                    ?? throw new InvalidOperationException($"{options.GetType().Name} validates {member}, which is none of its properties.");
                yield return Word(field, path.Length == 0 ? key : $"{path}.{key}", problem);
            }
        }
    }

    private static string Word(HoconField field, string path, string problem) =>
        $"{field.Origin}: {path} {(problem.StartsWith("is ", StringComparison.Ordinal) ? "" : $"is {field.Value}; it ")}{problem}";

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
