using System.Globalization;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>
/// One stream at one participant: packs the vector that goes out, perhaps compressed, and turns what comes in into the neighbours' pull.
/// Keeps the reference points: what the neighbours know of this participant, and what it knows of them.
/// </summary>
internal sealed class StreamMixer
{
    private readonly StreamSpec _stream;
    private readonly GraphSetup _setup;
    private readonly int _index;
    private readonly Func<FlatVector, double> _loss;
    private readonly SortedDictionary<int, FlatVector> _theirs = []; // reference points of the neighbours
    private FlatVector _mine;                                         // reference point, or what compression left out
    private FlatVector _shown;                                        // what the neighbours know of the vector under way

    public StreamMixer(StreamSpec stream, GraphSetup setup, int index, Func<FlatVector, double> loss)
    {
        (_stream, _setup, _index, _loss) = (stream, setup, index, loss);
        _mine = FlatVector.Zeros(IsCompressed ? stream.Length : 0);
        _shown = FlatVector.Empty;
    }

    /// <summary>Candidates that the last pull was made of, and how many of them were accepted.</summary>
    public (int Candidates, int Accepted) LastCount { get; private set; }

    private bool IsCompressed => _setup.Compressor is not null && _stream.MayCompress;

    private bool HasReferences => IsCompressed && _setup.Feedback == CompressionFeedback.Reference;

    /// <summary>Packs the vector of an exchange.</summary>
    public Packet Pack(FlatVector vector, Position at)
    {
        if (!IsCompressed)
        {
            _shown = vector;
            return new DensePacket(vector);
        }

        SeededRandom random = new(_setup.Seed, string.Create(CultureInfo.InvariantCulture, $"graph/{_stream.Name}/{_index}/{at}"));
        if (HasReferences)
        {
            Packet difference = _setup.Compressor!.Compress(FlatVector.Combine(new(1, vector), new(-1, _mine)), random);
            _mine = _shown = FlatVector.Combine(new(1, _mine), new(1, difference.Decode()));
            return difference;
        }

        FlatVector whole = FlatVector.Combine(new(1, vector), new(1, _mine));
        Packet packet = _setup.Compressor!.Compress(whole, random);
        _shown = packet.Decode();
        _mine = FlatVector.Combine(new(1, whole), new(-1, _shown));
        return packet;
    }

    /// <summary>The pull of the neighbours on the vector packed last.</summary>
    /// <param name="received">Decoded packets and their weights, ascending by neighbour.</param>
    /// <param name="round">The round.</param>
    public FlatVector Pull(List<Candidate> received, long round)
    {
        if (HasReferences)
        {
            for (int k = 0; k < received.Count; k++)
            {
                (int j, double weight, FlatVector difference) = received[k];
                FlatVector reference = _theirs.TryGetValue(j, out FlatVector? known) ? FlatVector.Combine(new(1, known), new(1, difference)) : difference;
                _theirs[j] = reference;
                received[k] = new Candidate(j, weight, reference);
            }
        }

        if (_setup.Acceptance is IAcceptance acceptance && _stream.Kind == StreamKind.Iterate && !_setup.IsAttacker(_index))
        {
            AcceptanceAnswer answer = acceptance.Combine(new AcceptanceQuestion(_shown, received, (double)round / _setup.RoundLimit, _loss));
            LastCount = (received.Count, answer.Accepted);
            return IsCompressed ? FlatVector.Combine(new Term(_setup.ConsensusStep, answer.Pull)) : answer.Pull;
        }

        LastCount = (received.Count, received.Count);
        return Mix(received, _shown, IsCompressed ? _setup.ConsensusStep : 1);
    }

    /// <summary>The graph has changed: reference points begin at zero again, with everyone.</summary>
    public void Restart()
    {
        _theirs.Clear();
        _mine = FlatVector.Zeros(_mine.Length);
    }

    /// <summary>Writes what is kept between two rounds.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(_mine);
        writer.WriteInt64(_theirs.Count);
        foreach ((int j, FlatVector reference) in _theirs)
        {
            writer.WriteInt64(j);
            writer.WriteVector(reference);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        _mine = VectorCheck.Read(reader, _mine.Length, $"what neighbours know of '{_stream.Name}'");
        int count = reader.ReadCount(_setup.Lower.Count);
        for (int k = 0; k < count; k++)
        {
            int j = reader.ReadCount(_setup.Lower.Count - 1);
            _theirs[j] = VectorCheck.Read(reader, _stream.Length, $"the reference point of neighbour {j} in '{_stream.Name}'");
        }
    }

    /// <summary>γ Σ_j w_ij (s_j − s_i), summed in the order of the neighbours.</summary>
    private static FlatVector Mix(List<Candidate> received, FlatVector own, double step)
    {
        if (received.Count == 0)
        {
            return FlatVector.Zeros(own.Length);
        }

        Term[] terms = new Term[received.Count + 1];
        double sum = 0;
        for (int k = 0; k < received.Count; k++)
        {
            terms[k] = new Term(step * received[k].Weight, received[k].Values);
            sum += received[k].Weight;
        }

        terms[^1] = new Term(-step * sum, own);
        return FlatVector.Combine(terms);
    }
}
