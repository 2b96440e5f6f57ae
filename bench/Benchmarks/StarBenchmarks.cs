using System.Diagnostics;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Benchmarks;

/// <summary>
/// What the star protocol itself costs per message: real master and workers whose rules do nothing, called in turn on one thread
/// without any engine. The cost must not depend on the number of workers, beyond what their memory costs the caches.
/// </summary>
internal static class StarBenchmarks
{
    /// <param name="output">Takes the figures.</param>
    /// <param name="workers">N; at least 2.</param>
    /// <param name="steps">Steps of N/2 workers each; a run of S = 1 makes as many steps as come to the same number of messages.</param>
    public static void Run(TextWriter output, int workers, long steps)
    {
        new Star(workers: 10, minActive: 5, steps: 100_000, hasBarriers: true).Run(); // compiles
        output.WriteLine($"star protocol, {workers} workers, one thread");
        Report("S = N/2", new Star(workers, workers / 2, steps, hasBarriers: false));
        Report("S = 1", new Star(workers, 1, steps * (workers / 2), hasBarriers: false));
        Report("S = N/2, a barrier each step", new Star(workers, workers / 2, steps, hasBarriers: true));

        void Report(string name, Star star)
        {
            long start = Stopwatch.GetTimestamp();
            long messages = star.Run();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            output.WriteLine(FormattableString.Invariant($"  {name,-30}{messages,12} messages{seconds / messages * 1e9,12:0} ns per message"));
        }
    }

    private sealed class Star
    {
        private readonly Queue<(ParticipantId From, ParticipantId To, Message Message)> _messages = new();
        private readonly Outbox _outbox = new();
        private readonly StarMaster _master;
        private readonly StarWorker[] _workers;
        private bool _isComplete;

        public Star(int workers, int minActive, long steps, bool hasBarriers)
        {
            StarMasterOptions options = new() { StepLimit = steps, ModelEvery = int.MaxValue };
            NullMasterRule rule = new(workers, hasBarriers);
            _master = new StarMaster(rule, new AsynchronousParticipation(minActive, int.MaxValue), options, epoch: 1, resumeFrom: null);
            _workers = [.. Enumerable.Range(0, workers).Select(_ => new StarWorker(new NullWorkerRule(), incarnation: 1, options.AskAgainAfter))];
            _master.Start(_outbox);
            Perform(ParticipantId.Master);
        }

        /// <returns>Messages delivered.</returns>
        public long Run()
        {
            long delivered = 0;
            while (!_isComplete)
            {
                (ParticipantId from, ParticipantId to, Message message) = _messages.Dequeue();
                IParticipant receiver = to == ParticipantId.Master ? _master : _workers[to.Index];
                receiver.Receive(from, message, _outbox);
                Perform(to);
                delivered++;
            }

            return delivered;
        }

        private void Perform(ParticipantId source)
        {
            for (int i = 0; i < _outbox.Count; i++)
            {
                Effect effect = _outbox[i];
                if (effect.Kind == EffectKind.Send)
                {
                    _messages.Enqueue((source, effect.Target, (Message)effect.Payload!));
                }

                _isComplete |= effect.Kind == EffectKind.Complete;
            }

            _outbox.Clear();
        }
    }
}
