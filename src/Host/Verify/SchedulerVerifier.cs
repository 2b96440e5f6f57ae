using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>Who reports when, which version it trained, and who is asked next: <c>fadas-scheduler.json</c> and files of its format.</summary>
internal sealed partial class SchedulerVerifier : IVectorVerifier
{
    public string Format => "fadas-scheduler (buffered participation, an event trace)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("duration", out _) && file.TryGetProperty("rules", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        double[] durations = file.Field("duration").Doubles();
        Match sizes = Sizes().Match(file.Field("rules").GetString()!);
        if (!sizes.Success)
        {
            throw new FormatException("The rules name no numbers; they must say 'concurrency C,buffer K'.");
        }

        BufferedParticipation policy = new()
        {
            Concurrency = int.Parse(sizes.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            Buffer = int.Parse(sizes.Groups[2].ValueSpan, CultureInfo.InvariantCulture),
            Refill = Refill.PerArrival,
            Pick = Pick.Fifo,
            Seed = 0,
        };
        return [new Trace(durations, policy, file.Field("trace").GetArrayLength()).Play(file.Field("trace"))];
    }

    [GeneratedRegex(@"concurrency (\d+),\s*buffer (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Sizes();

    /// <summary>The real master and workers, whose reports arrive when a task's time is over.</summary>
    private sealed class Trace
    {
        private readonly double[] _durations;
        private readonly FedBuffMasterRule _rule;
        private readonly ScriptedStar _star;
        private readonly PriorityQueue<int, (double Finish, long Order)> _underWay = new();
        private readonly Dictionary<int, long> _versions = []; // that the workers under way started from
        private long _dispatches;
        private double _now;

        public Trace(double[] durations, BufferedParticipation policy, int arrivals)
        {
            ClientOptions client = new() { Step = 1 };
            _durations = durations;
            _rule = new FedBuffMasterRule(new FedBuffOptions { Client = client, Staleness = new StalenessOptions() }, FlatVector.Zeros(1), durations.Length);
            _star = new ScriptedStar(
                _rule, [.. durations.Select((_, i) => new FederatedWorkerRule(client, new MatrixQuadraticOracle([1], [1], 0), seed: 0, i, sendsModel: false))],
                arrivals, report => report is FederatedBody.Trained, policy);
            NoteDispatched();
        }

        public VerifiedCase Play(JsonElement trace)
        {
            VerifiedCase verified = new("trace");
            List<(int Arrival, int Worker, JsonElement Expected)> buffered = [];
            foreach ((int arrival, JsonElement expected) in trace.EnumerateArray().Index())
            {
                _underWay.TryDequeue(out int worker, out (double Finish, long Order) at);
                _versions.Remove(worker, out long version);
                _now = at.Finish;
                long before = _rule.StepsMade;
                _star.Step([worker]);
                buffered.Add((arrival, worker, expected));
                verified.Compare(arrival, "time", expected.Field("time"), _now);
                verified.Compare(arrival, "client", expected.Field("client"), worker);
                verified.Compare(arrival, "start", expected.Field("start_version"), version);
                verified.Compare(arrival, "update", expected.Field("global_update"), _rule.StepsMade > before ? 1 : 0);
                verified.Compare(arrival, "version", expected.Field("version_after"), _rule.StepsMade);
                verified.Compare(arrival, "asked", expected.Field("dispatched"), [.. NoteDispatched()]);
                if (_rule.StepsMade > before)
                {
                    CompareStaleness(verified, buffered);
                    buffered.Clear();
                }
            }

            return verified;
        }

        /// <summary>What the master made of the reports of a step, in the order in which they came.</summary>
        private void CompareStaleness(VerifiedCase verified, List<(int Arrival, int Worker, JsonElement Expected)> buffered)
        {
            (int Arrival, int Worker, JsonElement Expected)[] byWorker = [.. buffered.OrderBy(report => report.Worker)];
            for (int i = 0; i < byWorker.Length; i++)
            {
                verified.Compare(byWorker[i].Arrival, "staleness", byWorker[i].Expected.Field("staleness"), _star.LastStep!.Staleness[i]);
            }
        }

        private IEnumerable<double> NoteDispatched()
        {
            int[] asked = [.. _star.Held.Select(held => held.Worker).Where(worker => !_versions.ContainsKey(worker))];
            foreach (int worker in asked)
            {
                _versions.Add(worker, _rule.StepsMade);
                _underWay.Enqueue(worker, (_now + _durations[worker], _dispatches++));
            }

            return asked.Select(worker => (double)worker);
        }
    }
}
