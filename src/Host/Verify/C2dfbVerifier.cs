using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Decentralized.C2dfb;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>C²DFB on four nodes: <c>c2dfb-ring4-identity.json</c>, <c>-top1.json</c>, <c>-rand1.json</c> and files of their format.</summary>
internal sealed class C2dfbVerifier : IVectorVerifier
{
    private const int LimitRounds = 1500;
    private const int StreamCount = 4; // of an exchange of the lower level: y, s_y, z, s_z

    public string Format => "c2dfb-ring4 (C²DFB, quadratic levels)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("W", out _) && file.TryGetProperty("compressor", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => [new Run(file).Verify()];

    private sealed class Run
    {
        private readonly JsonElement _file;
        private readonly VerifiedCase _verified;
        private readonly C2dfbOptions _options;
        private readonly C2dfbRule[] _rules;
        private readonly ScriptedCompressor[] _compressors;
        private readonly Dictionary<(long Round, int Exchange, int Node), ImmutableArray<FlatVector>> _prepared = [];

        public Run(JsonElement file)
        {
            _file = file;
            _verified = new VerifiedCase(file.Field("compressor").GetString()!);
            _options = ReadOptions(file.Field("params"));
            (FlatVector[] x, FlatVector[] y, FlatVector[] z) = (file.Field("x0").Vectors(), file.Field("y0").Vectors(), file.Field("z0").Vectors());
            _rules = [.. CoupledQuarticOracle.ReadAll(file.Field("problem")).Select((oracle, i) => new C2dfbRule(_options, oracle, x[i], y[i], z[i]))];
            _compressors = [.. _rules.Select((_, i) => Compressor(file, i, _options.LowerSteps))];
        }

        public VerifiedCase Verify()
        {
            CompareState(0, _file.Field("iterates")[0], [.. _rules.Select(StateOf)]);
            Topology topology = new StaticTopology("scripted", ScriptedTopology.Read(_file.Field("W")));
            bool isRandom = _file.TryGetProperty("masks", out _);
            long logged = _file.Field("iterates").GetArrayLength() - 1;
            GraphSetup setup = new()
            {
                Lower = topology,
                Upper = topology,
                Auxiliary = topology,
                RoundLimit = isRandom ? logged : LimitRounds,
                Seed = 0,
            };
            ImmutableArray<FlatVector[][]> states = ScriptedGraph.Play(
                _rules,
                i => setup with { Compressor = _compressors[i] },
                i => StateOf(_rules[i]),
                (i, at, vectors) => Keep(i, at, vectors, logged));
            foreach (JsonElement expected in _file.Field("iterates").EnumerateArray().Skip(1))
            {
                int t = expected.Count("t");
                CompareState(t, expected, states[t - 1]);
                CompareInner(t, expected.Field("inner"));
                CompareReferences(t, expected);
            }

            if (!isRandom)
            {
                CompareLimit();
            }

            return _verified;
        }

        private void Keep(int node, Position at, ImmutableArray<FlatVector> vectors, long logged)
        {
            if (at.Round < logged)
            {
                _prepared[(at.Round, at.Exchange, node)] = vectors;
            }
        }

        private void CompareState(long t, JsonElement expected, FlatVector[][] states)
        {
            foreach ((int q, string quantity) in ((string[])["x", "y", "z", "u", "s_x", "s_y", "s_z"]).Index())
            {
                _verified.Compare(t, quantity, expected.Field(quantity), states.Select(state => state[q]).Join());
            }
        }

        private void CompareInner(long t, JsonElement inner)
        {
            foreach (JsonElement expected in inner.EnumerateArray())
            {
                int k = expected.Count("k");
                int first = expected.Field("var").GetString() == "y" ? 0 : 2;
                ImmutableArray<FlatVector>[] sent = [.. Enumerable.Range(0, _rules.Length).Select(i => _prepared[(t - 1, k + 1, i)])];
                _verified.Compare(t, "d", expected.Field("d"), sent.Select(vectors => vectors[first]).Join());
                _verified.Compare(t, "s", expected.Field("s"), sent.Select(vectors => vectors[first + 1]).Join());
                int step = ((int)(t - 1) * _options.LowerSteps) + k;
                _verified.Compare(t, "q_d", expected.Field("q_d"), _compressors.Select(c => c.Sent(step, first)).Join());
                _verified.Compare(t, "q_s", expected.Field("q_s"), _compressors.Select(c => c.Sent(step, first + 1)).Join());
                _verified.Compare(t, "dhat", expected.Field("dhat"), _compressors.Select(c => c.Reference(step, first)).Join());
                _verified.Compare(t, "shat", expected.Field("shat"), _compressors.Select(c => c.Reference(step, first + 1)).Join());
            }
        }

        private void CompareReferences(long t, JsonElement expected)
        {
            int step = ((int)t * _options.LowerSteps) - 1;
            foreach ((int s, string quantity) in ((string[])["yhat", "s_yhat", "zhat", "s_zhat"]).Index())
            {
                _verified.Compare(t, quantity, expected.Field(quantity), _compressors.Select(c => c.Reference(step, s)).Join());
            }
        }

        private void CompareLimit()
        {
            JsonElement limit = _file.Field("limit_point");
            foreach (C2dfbRule rule in _rules)
            {
                _verified.Compare(LimitRounds, "x", limit.Field("x"), rule.Upper.Span);
                _verified.Compare(LimitRounds, "y", limit.Field("y"), rule.Penalised.Span);
                _verified.Compare(LimitRounds, "z", limit.Field("z"), rule.Lower.Span);
            }
        }
    }

    private static FlatVector[] StateOf(C2dfbRule rule) =>
        [rule.Upper, rule.Penalised, rule.Lower, rule.UpperDirection, rule.UpperTracker, rule.PenalisedTracker, rule.LowerTracker];

    private static C2dfbOptions ReadOptions(JsonElement parameters) => new()
    {
        Penalty = parameters.Number("lambda"),
        StepUpper = parameters.Number("eta_out"),
        ConsensusUpper = parameters.Number("gamma_out"),
        StepPenalised = parameters.Number("eta_y"),
        StepLower = parameters.Number("eta_z"),
        ConsensusLower = parameters.Number("gamma_in"),
        LowerSteps = parameters.Count("K"),
    };

    private static ScriptedCompressor Compressor(JsonElement file, int node, int steps)
    {
        if (file.TryGetProperty("masks", out JsonElement masks))
        {
            return new ScriptedCompressor((call, difference) => Masked(difference, masks.Field(Key(call, node, steps)).Doubles()));
        }

        if (file.Field("compressor").GetString() == "identity")
        {
            return new ScriptedCompressor((_, difference) => new DensePacket(difference));
        }

        TopKCompressor largest = new(KeptEntries.Number(file.Count("k")), NumberFormat.Float64);
        return new ScriptedCompressor((_, difference) => largest.Compress(difference, new SeededRandom(0, "none")));
    }

    /// <summary>The file's name of a mask: variable or tracker, sequence, round, step, sender.</summary>
    private static string Key(int call, int node, int steps)
    {
        (int step, int stream) = (call / StreamCount, call % StreamCount);
        return string.Create(
            CultureInfo.InvariantCulture, $"{(stream % 2 == 0 ? 'd' : 's')}|{(stream < 2 ? 'y' : 'z')}|t{step / steps}|k{step % steps}|i{node}");
    }

    private static DensePacket Masked(FlatVector difference, double[] kept) => new(FlatVector.Create(
        difference.Length, values =>
        {
            values.Clear();
            foreach (double index in kept)
            {
                values[(int)index] = difference[(int)index];
            }
        }));

    /// <summary>One participant's compressor, which keeps what it sent: its calls are those of the exchanges' streams, in order.</summary>
    private sealed class ScriptedCompressor(Func<int, FlatVector, Packet> compress) : ICompressor
    {
        private readonly List<FlatVector> _sent = [];

        public string Name => "scripted";

        public Packet Compress(FlatVector vector, SeededRandom random)
        {
            Packet packet = compress(_sent.Count, vector);
            _sent.Add(packet.Decode());
            return packet;
        }

        public FlatVector Sent(int step, int stream) => _sent[(step * StreamCount) + stream];

        /// <summary>The sum of all that was sent up to a step.</summary>
        public FlatVector Reference(int step, int stream) =>
            FlatVector.Combine([.. Enumerable.Range(0, step + 1).Select(k => new Term(1, Sent(k, stream)))]);
    }
}
