using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>
/// Cuts every row of activations into q pieces and puts the nearest of L centroids in the place of each. Pieces of neighbouring places make
/// a group, which has a codebook of its own, found by K-means over all rows. Nothing is kept from one batch to the next.
/// </summary>
/// <remarks>
/// Source: Wang et al., "FedLite: A Scalable Approach for Federated Learning on Resource-constrained Clients", arXiv 2201.11865, section 4;
/// the details of K-means, which the paper leaves open, as in docs/notation.md.
/// </remarks>
/// <param name="options">q, R, L, and K-means.</param>
/// <param name="length">d; a multiple of q.</param>
public sealed class GroupedQuantizer(QuantizerOptions options, int length)
{
    private readonly int _size = length % options.Subvectors == 0
        ? length / options.Subvectors
        : throw new ArgumentException($"{options.Subvectors} subvectors do not divide {length} activations evenly; {Divisors.Nearest(length, options.Subvectors)} would.");

    private readonly int _perGroup = options.Subvectors % options.Groups == 0
        ? options.Subvectors / options.Groups
        : throw new ArgumentException(
            $"{options.Groups} groups do not divide {options.Subvectors} subvectors evenly; {Divisors.Nearest(options.Subvectors, options.Groups)} would.");

    private readonly int[] _updates = new int[options.Groups];

    /// <summary>How often the centroids of each group were updated in the last call.</summary>
    public IReadOnlyList<int> Updates => _updates;

    /// <summary>Quantises a batch.</summary>
    /// <param name="activations">z, row by row; length B · d.</param>
    /// <param name="format">How centroids travel: they are rounded before codes are chosen.</param>
    /// <param name="random">For <see cref="CentroidStart.PlusPlus"/>; else unused.</param>
    public QuantizedActivations Quantize(ReadOnlySpan<double> activations, NumberFormat format, SeededRandom? random = null)
    {
        (int rows, int numbers) = (activations.Length / length, options.Centroids * _size);
        double[] codebooks = new double[options.Groups * numbers];
        int[] codes = new int[rows * options.Subvectors];
        int[] places = new int[rows * _perGroup];
        for (int group = 0; group < options.Groups; group++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = (i / _perGroup * options.Subvectors) + (group * _perGroup) + (i % _perGroup);
            }

            Span<double> centroids = codebooks.AsSpan(group * numbers, numbers);
            Start(activations, places, centroids, random);
            _updates[group] = Improve(activations, places, centroids, codes);
            foreach (ref double value in centroids)
            {
                value = format.RoundFinite(value, "a centroid to send");
            }

            Assign(activations, places, centroids, codes);
        }

        return new QuantizedActivations(rows, length, options.Groups, new RoundedPacket(FlatVector.CopyOf(codebooks), format), PackedCodes.Of(codes, options.Centroids));
    }

    private void Start(ReadOnlySpan<double> activations, int[] places, Span<double> centroids, SeededRandom? random)
    {
        int found = options.Start == CentroidStart.PlusPlus
            ? StartApart(activations, places, centroids, random ?? throw new ArgumentNullException(nameof(random), "k-means++ draws its centroids."))
            : StartAtFirst(activations, places, centroids);
        for (int rest = found; rest < options.Centroids; rest++)
        {
            At(centroids, found - 1).CopyTo(centroids[(rest * _size)..]); // fewer points differ than there are centroids
        }
    }

    private int StartAtFirst(ReadOnlySpan<double> activations, int[] places, Span<double> centroids)
    {
        int found = 0;
        for (int i = 0; i < places.Length && found < options.Centroids; i++)
        {
            ReadOnlySpan<double> point = At(activations, places[i]);
            bool isNew = true;
            for (int c = 0; c < found && isNew; c++)
            {
                isNew = !point.SequenceEqual(At(centroids, c));
            }

            if (isNew)
            {
                point.CopyTo(centroids[(found++ * _size)..]);
            }
        }

        return found;
    }

    /// <remarks>Source: Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007.</remarks>
    private int StartApart(ReadOnlySpan<double> activations, int[] places, Span<double> centroids, SeededRandom random)
    {
        double[] distances = new double[places.Length];
        Array.Fill(distances, double.PositiveInfinity);
        int next = random.NextInt32(places.Length);
        for (int found = 1; ; found++)
        {
            At(activations, places[next]).CopyTo(centroids[((found - 1) * _size)..]);
            double sum = 0;
            for (int i = 0; i < places.Length; i++)
            {
                distances[i] = Math.Min(distances[i], VectorMath.SquaredDistance(At(activations, places[i]), At(centroids, found - 1)));
                sum += distances[i];
            }

            if (found == options.Centroids || sum == 0)
            {
                return found;
            }

            next = Draw(distances, sum * random.NextDouble());
        }
    }

    /// <summary>The first place at which the sum of distances passes <paramref name="target"/>; else the last one that adds to it.</summary>
    private static int Draw(double[] distances, double target)
    {
        int last = 0;
        for (int i = 0; i < distances.Length; i++)
        {
            if (distances[i] > 0)
            {
                last = i;
                target -= distances[i];
                if (target < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>Lloyd's iteration, until no code changes.</summary>
    private int Improve(ReadOnlySpan<double> activations, int[] places, Span<double> centroids, int[] codes)
    {
        double[] sums = new double[centroids.Length];
        int[] counts = new int[options.Centroids];
        for (int updates = 0; ; updates++)
        {
            bool hasChanged = Assign(activations, places, centroids, codes) || updates == 0;
            if (!hasChanged || updates == options.MaxUpdates)
            {
                return updates;
            }

            Array.Clear(sums);
            Array.Clear(counts);
            foreach (int place in places)
            {
                VectorMath.AddScaled(1, At(activations, place), sums.AsSpan(codes[place] * _size, _size));
                counts[codes[place]]++;
            }

            for (int c = 0; c < counts.Length; c++)
            {
                for (int k = c * _size; k < (c + 1) * _size && counts[c] > 0; k++)
                {
                    centroids[k] = sums[k] / counts[c];
                }
            }
        }
    }

    /// <summary>The nearest centroid of every point; of equally near ones the first.</summary>
    /// <returns>Whether one has changed.</returns>
    private bool Assign(ReadOnlySpan<double> activations, int[] places, ReadOnlySpan<double> centroids, int[] codes)
    {
        bool hasChanged = false;
        foreach (int place in places)
        {
            ReadOnlySpan<double> point = At(activations, place);
            (int nearest, double least) = (0, double.PositiveInfinity);
            for (int c = 0; c < options.Centroids; c++)
            {
                double distance = VectorMath.SquaredDistance(point, At(centroids, c));
                (nearest, least) = distance < least ? (c, distance) : (nearest, least);
            }

            hasChanged |= codes[place] != nearest;
            codes[place] = nearest;
        }

        return hasChanged;
    }

    private ReadOnlySpan<double> At(ReadOnlySpan<double> values, int index) => values.Slice(index * _size, _size);
}
