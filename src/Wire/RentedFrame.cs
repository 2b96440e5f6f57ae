namespace ActorFed.Wire;

/// <summary>A frame in an array of the shared pool; to be disposed of once, when nobody reads it any more.</summary>
public sealed class RentedFrame : IDisposable
{
    private readonly Piece _piece;

    internal RentedFrame(Piece piece) => _piece = piece;

    /// <summary>Its bytes, until it is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => _piece.Bytes;

    /// <summary>Gives the array back.</summary>
    public void Dispose() => _piece.Return();
}
