namespace ActorFed.Tensors;

/// <summary>A window that slides over the last two axes of images.</summary>
/// <param name="Height">Rows it covers; at least 1.</param>
/// <param name="Width">Columns it covers; at least 1.</param>
/// <param name="Stride">Rows or columns from one position to the next; at least 1.</param>
/// <param name="Padding">Zeros around the image on each side; at least 0, below height and width.</param>
public readonly record struct Window(int Height, int Width, int Stride = 1, int Padding = 0)
{
    /// <summary>Positions along an axis of <paramref name="extent"/> entries for a window of <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentException">The window does not fit, or is not valid.</exception>
    internal int Positions(int extent, int size)
    {
        if (Height < 1 || Width < 1 || Stride < 1 || Padding < 0 || Padding >= Math.Min(Height, Width))
        {
            throw new ArgumentException(
                $"{this} is not valid: height, width and stride must be at least 1, the padding at least 0 and below height and width.");
        }

        return extent + (2 * Padding) >= size
            ? ((extent + (2 * Padding) - size) / Stride) + 1
            : throw new ArgumentException($"{this} does not fit into {extent} entries along one axis; use a smaller window or more padding.");
    }
}
