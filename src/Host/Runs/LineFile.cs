using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>Opens text files of whole lines for appending.</summary>
internal static class LineFile
{
    private const int BufferBytes = 1 << 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens <paramref name="path"/> at its end. A last line that a killed process left unfinished is cut off.</summary>
    public static StreamWriter Append(string path)
    {
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        stream.Position = EndOfLastLine(stream);
        if (stream.Position < stream.Length)
        {
            stream.SetLength(stream.Position);
        }

        return new StreamWriter(stream, Utf8, BufferBytes) { NewLine = "\n" };
    }

    private static long EndOfLastLine(FileStream stream)
    {
        byte[] block = new byte[4096];
        for (long end = stream.Length; end > 0;)
        {
            long start = Math.Max(0, end - block.Length);
            stream.Position = start;
            Span<byte> read = block.AsSpan(0, (int)(end - start));
            stream.ReadExactly(read);
            int newLine = read.LastIndexOf((byte)'\n');
            if (newLine >= 0)
            {
                return start + newLine + 1;
            }

            end = start;
        }

        return 0;
    }
}
