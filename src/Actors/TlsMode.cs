namespace ActorFed.Actors;

/// <summary>How a connection to a server of the cluster is protected.</summary>
public enum TlsMode
{
    /// <summary>As <see cref="Verify"/>; on this very machine the server may do without TLS.</summary>
    VerifyUnlessLoopback,

    /// <summary>Encrypted; the certificate must be of a trusted authority, and name the host.</summary>
    Verify,

    /// <summary>Encrypted, but with anybody who answers.</summary>
    Unverified,

    /// <summary>In clear.</summary>
    Off,
}
