using System.Collections.Immutable;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>How far word spreads from one participant.</summary>
public static class BreadthFirst
{
    /// <summary>Steps from <paramref name="start"/> to everyone; −1 for those it never reaches.</summary>
    /// <param name="count">n.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="next">Those that a participant passes it to.</param>
    public static int[] Distances(int count, int start, Func<int, ImmutableArray<int>> next)
    {
        int[] distances = new int[count];
        Array.Fill(distances, -1);
        distances[start] = 0;
        Queue<int> frontier = new([start]);
        int found = 1;
        while (found < count && frontier.TryDequeue(out int i))
        {
            foreach (int j in next(i))
            {
                if (distances[j] < 0)
                {
                    found++;
                    distances[j] = distances[i] + 1;
                    frontier.Enqueue(j);
                }
            }
        }

        return distances;
    }
}
