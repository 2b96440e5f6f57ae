using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorFed.Cluster.Akka;

/// <summary>By what a node shows who it is, and knows the others. All are files in PEM format.</summary>
public sealed record AkkaTls
{
    /// <summary>The node's certificate, which names its host; those between it and the authority may follow.</summary>
    public required string Certificate { get; init; }

    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>The authority, or several, that gave all nodes of the cluster their certificates.</summary>
    public required string RootCertificate { get; init; }

    /// <summary>Reads the files, and sees to it that the others will accept the certificate.</summary>
    /// <param name="host">Where the others reach this node; null: not looked at.</param>
    /// <exception cref="AkkaException">They do not serve; the message says why.</exception>
    internal NodeCertificates Load(string? host = null)
    {
        X509Certificate2Collection all = Read("akka.tls.certificate", Certificate, () => Import(Certificate));
        X509Certificate2Collection roots = Read("akka.tls.root-certificate", RootCertificate, () => Import(RootCertificate));
        X509Certificate2 own = Read("akka.tls.key", Key, () => X509Certificate2.CreateFromPemFile(Certificate, Key));
        NodeCertificates certificates = new(own, [.. all.Skip(1)], roots);
        if (certificates.FaultOf(own, all) is { } fault)
        {
            throw new AkkaException($"akka.tls.certificate is '{Certificate}', and no other node would accept it: {fault}");
        }

        return host is null || own.MatchesHostname(host)
            ? certificates
            : throw new AkkaException(
                $"akka.tls.certificate is '{Certificate}', and does not name '{host}', by which akka.host has the others reach this node: give it one that does, or set akka.host to a name in it.");
    }

    private static X509Certificate2Collection Import(string file)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate in it.");
    }

    private static T Read<T>(string key, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new AkkaException($"{key} is '{file}', which cannot be used: {failure.Message} It must be a file in PEM format that this process can read, and a key must be that of akka.tls.certificate.", failure);
        }
    }
}

/// <summary>What a node shows, and by what it judges what others show.</summary>
/// <param name="Own">Its certificate, with the key.</param>
/// <param name="Between">Those between it and the authority.</param>
/// <param name="Roots">The authorities.</param>
internal sealed record NodeCertificates(X509Certificate2 Own, X509Certificate2Collection Between, X509Certificate2Collection Roots)
{
    /// <summary>What is wrong with a certificate, with the way out; null: nothing. Whom it names is not looked at.</summary>
    /// <param name="certificate">The certificate; null: none was shown.</param>
    /// <param name="between">What else was shown.</param>
    public string? FaultOf(X509Certificate2? certificate, X509Certificate2Collection? between)
    {
        if (certificate is null)
        {
            return "no certificate is shown: set akka.tls on all nodes.";
        }

        using X509Chain chain = new();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Roots);
        policy.ExtraStore.AddRange(between ?? []);
        if (chain.Build(certificate))
        {
            return null;
        }

        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, fault) => flags | fault.Status);
        return all.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? $"it has expired or is not valid yet (it is from {certificate.NotBefore:u} to {certificate.NotAfter:u}): renew it, and check the clocks."
            : $"it is of the authority '{certificate.Issuer}', and not of one in akka.tls.root-certificate ({all}): give all nodes certificates of the same authority.";
    }
}
