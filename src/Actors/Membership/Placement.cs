using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ActorFed.Actors.Membership;

/// <summary>
/// Where participants belong: on the node with the highest score, among those that can host them. Weighted rendezvous hashing (Thaler and
/// Ravishankar 1998; weights by -w / ln u): every node finds the same without asking, shares follow capacities, and a node that comes or
/// goes moves only what it gets or had.
/// </summary>
public static class Placement
{
    /// <summary>The node that a participant belongs on; null when none can host it.</summary>
    public static string? HomeOf(string run, string participant, IEnumerable<NodeView> nodes)
    {
        (string Name, double Score)? best = null;
        foreach (NodeView node in nodes.Where(node => node.CanHost(run)))
        {
            double score = Score(run, participant, node.Identity);
            if (best is not { } other || score > other.Score || (score == other.Score && string.CompareOrdinal(node.Identity.Name, other.Name) < 0))
            {
                best = (node.Identity.Name, score);
            }
        }

        return best?.Name;
    }

    /// <summary>What a node should do about a run.</summary>
    /// <param name="self">The node.</param>
    /// <param name="view">What it knows.</param>
    /// <param name="run">The run, of that view.</param>
    /// <param name="participants">Participants that nodes host, ascending.</param>
    /// <param name="hosted">Those that this node hosts.</param>
    public static PlacementChange Plan(
        string self, ClusterView view, RunView run, IEnumerable<string> participants, IReadOnlySet<string> hosted)
    {
        List<string> claims = [];
        List<string> moves = [];
        foreach (string participant in participants)
        {
            string? home = HomeOf(run.Id, participant, view.Nodes);
            if (hosted.Contains(participant))
            {
                if (home is not null && home != self)
                {
                    moves.Add(participant);
                }
            }
            else if (home == self && MayClaim(self, view, run, participant))
            {
                claims.Add(participant);
            }
        }

        return new PlacementChange(claims, moves);
    }

    private static bool MayClaim(string self, ClusterView view, RunView run, string participant) =>
        !run.Holders.TryGetValue(participant, out string? holder) || holder == self || !view.Nodes.Any(node => node.Identity.Name == holder && node.IsAlive);

    private static double Score(string run, string participant, NodeIdentity node)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{run}\n{participant}\n{node.Name}"));
        double uniform = ((BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) + 0.5) / (1UL << 53); // in (0, 1)
        return -node.Capacity / Math.Log(uniform);
    }
}

/// <summary>What a node should do about a run.</summary>
/// <param name="Claims">Participants to take hold of.</param>
/// <param name="Moves">Participants to hand over, since they belong elsewhere.</param>
public sealed record PlacementChange(IReadOnlyList<string> Claims, IReadOnlyList<string> Moves);
