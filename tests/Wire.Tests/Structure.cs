using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Wire.Tests;

/// <summary>All that a value holds, member by member and bit by bit, as text: two values are the same when their texts are.</summary>
internal static class Structure
{
    public static string Of(object? value)
    {
        StringBuilder text = new();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case FlatVector vector:
                text.Append('[').Append(Convert.ToHexString(MemoryMarshal.AsBytes(vector.Span))).Append(']');
                break;
            case PackedCodes codes:
                text.Append(CultureInfo.InvariantCulture, $"{codes.Count} below {codes.Kinds}: {Convert.ToHexString(codes.Bytes)}");
                break;
            case double number:
                text.Append(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToInt64Bits(number):X16}");
                break;
            case string or bool or short or int or long or ulong or Enum:
                text.Append(CultureInfo.InvariantCulture, $"'{value}'");
                break;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    Write(text, item);
                    text.Append(';');
                }

                break;
            default:
                text.Append(value.GetType().FullName).Append('(');
                foreach (PropertyInfo member in Members(value.GetType()))
                {
                    text.Append(member.Name).Append('=');
                    Write(text, member.GetValue(value));
                    text.Append(',');
                }

                text.Append(')');
                break;
        }
    }

    private static IEnumerable<PropertyInfo> Members(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(member => member.CanWrite || member.Name == nameof(SparsePacket.Length)) // set by its constructor only
        .OrderBy(member => member.Name, StringComparer.Ordinal);
}
