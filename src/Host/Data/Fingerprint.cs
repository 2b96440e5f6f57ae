using System.Security.Cryptography;

namespace ActorFed.Host.Data;

/// <summary>Size and hash of a sequence of bytes.</summary>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Sha256">Their SHA-256 in lower-case hexadecimal.</param>
internal readonly record struct Fingerprint(long Bytes, string Sha256)
{
    /// <summary>Reads <paramref name="stream"/> to its end.</summary>
    public static Fingerprint Of(Stream stream)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            hash.AppendData(buffer, 0, read);
            bytes += read;
        }

        return new Fingerprint(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
