using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// Which turn sent a message, for traces. It hangs on the message object, so that it travels within a process by itself; an engine that
/// turns messages into bytes carries it in two headers, as W3C Trace Context says.
/// </summary>
/// <remarks>Only messages of sampled turns have one. What a header says is taken for a hint: a wrong one spoils a trace and nothing else.</remarks>
public static class MessageContext
{
    /// <summary>
    /// Messages from the first turn of a trace to its last: there and back. What follows from it begins traces of its own, linked to
    /// this one; a run is one chain of causes, and no trace can hold it.
    /// </summary>
    public const int MaxHops = 2;

    private const string ParentHeader = "traceparent";
    private const string StateHeader = "tracestate";
    private const string StateKey = "actorfed=";

    private static readonly ConditionalWeakTable<Message, Carried> Contexts = [];

    /// <summary>Whether a message has a context, which is rare.</summary>
    public static bool IsCarriedBy(Message message) => Contexts.TryGetValue(message, out _);

    /// <summary>Writes the context of a message that leaves the process; nothing where it has none.</summary>
    /// <param name="message">What was sent.</param>
    /// <param name="headers">Headers of the packet that carries it.</param>
    public static void Inject(Message message, IDictionary<string, object?> headers)
    {
        if (Contexts.TryGetValue(message, out Carried? carried))
        {
            headers[ParentHeader] = $"00-{carried.Context.TraceId}-{carried.Context.SpanId}-01";
            headers[StateHeader] = string.Create(CultureInfo.InvariantCulture, $"{StateKey}{carried.Hops}");
        }
    }

    /// <summary>Takes up the context of a message that came from elsewhere; nothing where there is none, or one that nobody sampled.</summary>
    /// <param name="message">What was received, as it will be handed over.</param>
    /// <param name="headers">Headers of its packet, with texts or their bytes in UTF-8; null: none.</param>
    public static void Extract(Message message, IDictionary<string, object?>? headers)
    {
        if (headers is not null
            && ActivityContext.TryParse(TextIn(headers, ParentHeader), null, isRemote: true, out ActivityContext context)
            && context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            string state = TextIn(headers, StateHeader) ?? "";
            bool isOurs = int.TryParse(state.AsSpan(state.StartsWith(StateKey, StringComparison.Ordinal) ? StateKey.Length : 0), NumberStyles.None, CultureInfo.InvariantCulture, out int hops);
            Contexts.AddOrUpdate(message, new Carried(context, isOurs ? hops : MaxHops));
        }
    }

    internal static bool TryGet(Message message, [NotNullWhen(true)] out Carried? carried) => Contexts.TryGetValue(message, out carried);

    internal static void Set(Message message, Carried? carried)
    {
        if (carried is not null)
        {
            Contexts.AddOrUpdate(message, carried);
        }
        else if (Contexts.TryGetValue(message, out _))
        {
            Contexts.Remove(message); // sent again, by a turn that is in no trace
        }
    }

    private static string? TextIn(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out object? value)
        ? value switch
        {
            string text => text,
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            _ => null,
        }
        : null;

    /// <summary>A sampled turn, and how many messages it is from the first of its trace.</summary>
    internal sealed record Carried(ActivityContext Context, int Hops);
}
