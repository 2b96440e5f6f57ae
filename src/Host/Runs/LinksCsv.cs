using System.Globalization;
using System.Text;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Host.Runs;

/// <summary>Payload bytes by link: a row for each sender and receiver among neighbours.</summary>
internal static class LinksCsv
{
    /// <summary>Name of the file in a run.</summary>
    public const string Name = "links.csv";

    /// <summary>Writes the rows, ascending.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="links">By sender; what was sent by those that were rebuilt since is left out.</param>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<int, LinksObserved>> links)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("sender,receiver,payload-bytes");
        foreach ((int sender, LinksObserved of) in links)
        {
            foreach ((int receiver, long bytes) in of.Sent)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sender},{receiver},{bytes}"));
            }
        }
    }
}
