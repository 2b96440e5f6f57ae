namespace ActorFed.Problems.Counting;

/// <summary>A kind of query to an oracle.</summary>
public enum OracleQuery
{
    /// <summary>The upper loss, with or without its gradients.</summary>
    UpperLoss,

    /// <summary>The middle loss, with or without its gradient.</summary>
    MiddleLoss,

    /// <summary>The lower loss, with or without its gradients; the loss of a problem of one level.</summary>
    LowerLoss,

    /// <summary>A product with second derivatives.</summary>
    Product,
}

/// <summary>Told of every query to the oracles of a problem, from any thread.</summary>
public interface IOracleObserver
{
    /// <summary>A query begins.</summary>
    /// <param name="query">Which.</param>
    /// <returns>What <see cref="Answered"/> is to be told, such as the time.</returns>
    long Asked(OracleQuery query);

    /// <summary>The query was answered; one that throws is not.</summary>
    /// <param name="query">Which.</param>
    /// <param name="asked">What <see cref="Asked"/> returned.</param>
    void Answered(OracleQuery query, long asked);
}
