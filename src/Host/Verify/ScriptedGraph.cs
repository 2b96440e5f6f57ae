using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>The real neighbours on a graph, with every message delivered at once and in order; what each rule holds after each round is kept.</summary>
internal static class ScriptedGraph
{
    /// <summary>Plays all rounds.</summary>
    /// <param name="rules">One per participant, at its starting point.</param>
    /// <param name="setup">What they agree on, as participant i sees it.</param>
    /// <param name="stateOf">What to keep of participant i after a round.</param>
    /// <param name="onPrepared">Hears of what participant i sends in an exchange of a round, before it is compressed.</param>
    /// <returns>What was kept, by round from 0, then by participant.</returns>
    /// <exception cref="InvalidOperationException">A participant did not come to the end.</exception>
    public static ImmutableArray<TState[]> Play<TState>(
        IReadOnlyList<IGraphRule> rules,
        Func<int, GraphSetup> setup,
        Func<int, TState> stateOf,
        Action<int, Position, ImmutableArray<FlatVector>>? onPrepared = null)
    {
        TState[][] states = [.. Enumerable.Range(0, (int)setup(0).RoundLimit).Select(_ => new TState[rules.Count])];
        GraphNeighbour[] neighbours = [.. rules.Select((rule, i) => new GraphNeighbour(
            new WatchedRule(rule, (at, vectors) => onPrepared?.Invoke(i, at, vectors), round => states[round][i] = stateOf(i)), setup(i), i, incarnation: 1, resumeFrom: null))];
        Queue<(int From, ParticipantId To, Message Message)> messages = new();
        int ended = 0;

        void Call(int i, Action<Outbox> call)
        {
            Outbox outbox = new();
            call(outbox);
            foreach (Effect effect in outbox.Effects)
            {
                if (effect is { Kind: EffectKind.Send, Payload: Message message })
                {
                    messages.Enqueue((i, effect.Target, message));
                }

                ended += effect.Kind == EffectKind.Complete ? 1 : 0;
            }
        }

        for (int i = 0; i < neighbours.Length; i++)
        {
            Call(i, neighbours[i].Start);
        }

        while (messages.TryDequeue(out (int From, ParticipantId To, Message Message) item))
        {
            Call(item.To.Index, outbox => neighbours[item.To.Index].Receive(new ParticipantId(Role.Neighbour, item.From), item.Message, outbox));
        }

        return ended == neighbours.Length
            ? [.. states]
            : throw new InvalidOperationException($"{neighbours.Length - ended} of {neighbours.Length} participants did not make their rounds to the end.");
    }

    /// <summary>Tells what is sent, and when a round is through.</summary>
    private sealed class WatchedRule(IGraphRule rule, Action<Position, ImmutableArray<FlatVector>> onPrepared, Action<long> onRound) : IGraphRule
    {
        public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges => rule.Exchanges;

        public ImmutableArray<Measure> Measures => rule.Measures;

        public FlatVector Upper => rule.Upper;

        public FlatVector Lower => rule.Lower;

        public ImmutableArray<FlatVector> Prepare(long round, int exchange)
        {
            ImmutableArray<FlatVector> vectors = rule.Prepare(round, exchange);
            onPrepared(new Position(round, exchange), vectors);
            return vectors;
        }

        public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
        {
            rule.Absorb(round, exchange, pulls);
            if (exchange == Exchanges.Length - 1)
            {
                onRound(round);
            }
        }

        public void Restart() => rule.Restart();

        public double LossOf(StreamSpec stream, FlatVector candidate) => rule.LossOf(stream, candidate);

        public void Save(SnapshotWriter writer) => rule.Save(writer);

        public void Restore(SnapshotReader reader) => rule.Restore(reader);

        public IEnumerable<StateEntry> Inspect() => rule.Inspect();
    }
}
