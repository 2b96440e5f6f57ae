using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ActorFed.Kubernetes.Tests;

/// <summary>What a Dockerfile says must be so in the repository that it is built from.</summary>
/// <param name="exists">Whether a path relative to the root is a file or folder of the repository.</param>
/// <param name="read">The content of such a file.</param>
internal sealed partial class DockerfileRules(Func<string, bool> exists, Func<string, string> read)
{
    private const string Host = "src/Host/ActorFed.Host.csproj";

    /// <summary>What is wrong.</summary>
    /// <param name="dockerfile">Its text.</param>
    /// <param name="ignored">Text of .dockerignore.</param>
    /// <param name="launcher">Text of the script that runs the program from its sources.</param>
    public IEnumerable<string> Violations(string dockerfile, string ignored, string launcher)
    {
        (string Name, string Words)[] instructions = [.. Instruction().Matches(dockerfile.Replace("\\\n", " "))
            .Select(match => (match.Groups["name"].Value, match.Groups["words"].Value.Trim()))];
        int last = Array.FindLastIndex(instructions, instruction => instruction.Name == "FROM");
        return
        [
            .. Stages(instructions),
            .. Copies(instructions, ignored),
            .. Sources(instructions[..last]),
            .. Program(instructions[last..]),
            .. Memory(instructions[last..], launcher),
        ];
    }

    private IEnumerable<string> Stages((string Name, string Words)[] instructions)
    {
        string framework = read("Directory.Build.props").Split("<TargetFramework>net")[1].Split('<')[0];
        foreach (string from in instructions.Where(instruction => instruction.Name == "FROM").Select(instruction => instruction.Words))
        {
            if (!Regex.IsMatch(from, $@"^mcr\.microsoft\.com/dotnet/(sdk|aspnet):{Regex.Escape(framework)}-\w+( AS \w+)?$"))
            {
                yield return $"FROM {from} is no image of .NET {framework}";
            }
        }
    }

    private IEnumerable<string> Copies((string Name, string Words)[] instructions, string ignored)
    {
        HashSet<string> stages = [];
        string[] allowed = [.. ignored.Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..])];
        foreach ((string name, string words) in instructions)
        {
            if (name == "FROM" && words.Split(" AS ") is [_, string stage])
            {
                stages.Add(stage);
            }

            if (name == "COPY" && words.StartsWith("--from=", StringComparison.Ordinal))
            {
                if (!stages.Contains(words["--from=".Length..].Split(' ')[0]))
                {
                    yield return $"COPY {words} is from a stage that is not there";
                }
            }
            else if (name == "COPY")
            {
                foreach (string source in words.Split(' ')[..^1])
                {
                    if (!exists(source))
                    {
                        yield return $"COPY {source}: there is no such file";
                    }
                    else if (!allowed.Contains(source))
                    {
                        yield return $"COPY {source}: .dockerignore keeps it out";
                    }
                }
            }
        }
    }

    /// <summary>Every project that the program is built from is copied, and every file outside of them that they include.</summary>
    private IEnumerable<string> Sources((string Name, string Words)[] instructions)
    {
        string[] copied = [.. instructions.Where(instruction => instruction.Name == "COPY" && !instruction.Words.StartsWith("--", StringComparison.Ordinal))
            .SelectMany(instruction => instruction.Words.Split(' ')[..^1])];
        HashSet<string> seen = [];
        Queue<string> open = new([Host]);
        while (open.TryDequeue(out string? path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            if (!copied.Any(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)))
            {
                yield return $"{path} is needed for the build and not copied";
            }

            foreach (string included in path.EndsWith(".csproj", StringComparison.Ordinal) ? Includes(path) : [])
            {
                open.Enqueue(included);
            }
        }
    }

    private IEnumerable<string> Includes(string project) => XDocument.Parse(read(project)).Descendants()
        .Select(element => element.Attribute("Include")?.Value.Replace('\\', '/') ?? "")
        .Where(include => include.StartsWith("../", StringComparison.Ordinal))
        .Select(include => Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(project)!, include))));

    private IEnumerable<string> Program((string Name, string Words)[] stage)
    {
        string user = stage.LastOrDefault(instruction => instruction.Name == "USER").Words ?? "";
        if (user is "" or "root" or "0" or "0:0")
        {
            yield return $"USER is '{user}'; the program must not run as root";
        }

        string program = XDocument.Parse(read(Host)).Descendants("AssemblyName").Single().Value;
        string entry = stage.LastOrDefault(instruction => instruction.Name == "ENTRYPOINT").Words ?? "";
        if (entry != $"[\"/app/{program}\"]")
        {
            yield return $"ENTRYPOINT is {entry} and must be [\"/app/{program}\"]";
        }

        if (!stage.Contains(("COPY", "hocon /app/hocon")))
        {
            yield return "the experiments must be copied: COPY hocon /app/hocon";
        }
    }

    private static IEnumerable<string> Memory((string Name, string Words)[] stage, string launcher)
    {
        string settings = string.Join(' ', stage.Where(instruction => instruction.Name == "ENV").Select(instruction => instruction.Words));
        foreach (Match setting in LauncherSetting().Matches(launcher))
        {
            string expected = $"{setting.Groups["name"].Value}={setting.Groups["value"].Value}";
            if (!settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(expected))
            {
                yield return $"ENV must have {expected}, as the script has";
            }
        }
    }

    [GeneratedRegex(@"^(?<name>[A-Z]+) (?<words>.*)$", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^export (?<name>[A-Z]\w+)=""\$\{\w+:-(?<value>\w+)\}""", RegexOptions.Multiline)]
    private static partial Regex LauncherSetting();
}
