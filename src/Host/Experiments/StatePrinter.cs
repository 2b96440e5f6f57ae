using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Experiments;

/// <summary>What a participant shows of itself at one moment.</summary>
/// <param name="Participant">Who.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Entries">How often it was entered so far.</param>
/// <param name="Values">Its state by name; empty while none runs.</param>
internal sealed record ParticipantState(ParticipantId Participant, ActorState State, long Entries, IReadOnlyList<StateEntry> Values);

/// <summary>Shows participants by the names of their state: a table for people, all numbers as JSON.</summary>
internal static class StatePrinter
{
    private const int FirstValues = 6;

    /// <summary>A table of each participant: name, length and first values; what does not outlive a rebuild is marked.</summary>
    public static void Print(TextWriter output, IEnumerable<ParticipantState> states)
    {
        foreach (ParticipantState state in states)
        {
            output.WriteLine($"{state.Participant}: {Word(state.State)}, after {Display.Count(state.Entries)} entries");
            int width = state.Values.Select(value => value.Name.Length).DefaultIfEmpty(0).Max();
            foreach (StateEntry value in state.Values)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {value.Name.PadRight(width)}  {value.Values.Length,9}  {First(value.Values)}{(value.IsDurable ? "" : "  (not kept in snapshots)")}"));
            }
        }
    }

    /// <summary>The same as a value to serialize, with all numbers; those that JSON has no word for are null.</summary>
    public static object ToJson(IEnumerable<ParticipantState> states) => states.Select(state => new
    {
        participant = state.Participant.ToString(),
        state = Word(state.State),
        entries = state.Entries,
        values = state.Values.Select(value => new
        {
            name = value.Name,
            durable = value.IsDurable,
            numbers = value.Values.Span.ToArray().Select(number => double.IsFinite(number) ? number : (double?)null).ToArray(),
        }).ToArray(),
    }).ToArray();

    private static string Word(ActorState state) => state.ToString().ToLowerInvariant();

    private static string First(FlatVector values)
    {
        string first = string.Join(" ", values.Span[..Math.Min(FirstValues, values.Length)].ToArray().Select(
            value => value.ToString("R", CultureInfo.InvariantCulture)));
        return values.Length > FirstValues ? $"{first} …" : first;
    }
}
