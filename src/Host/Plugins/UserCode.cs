using System.Diagnostics;
using System.Reflection;

namespace ActorFed.Host.Plugins;

/// <summary>Tells of exceptions that a user's code threw.</summary>
internal static class UserCode
{
    /// <summary>Kind and message of an exception, and the place in the user's code from where it came.</summary>
    /// <param name="failure">The exception, caught.</param>
    /// <param name="code">The user's code.</param>
    public static string Describe(Exception failure, Assembly code)
    {
        string text = $"{failure.GetType().Name}: {failure.Message.TrimEnd('.')}";
        StackFrame? frame = new StackTrace(failure, fNeedFileInfo: true).GetFrames()
            .FirstOrDefault(frame => frame.GetMethod()?.Module.Assembly == code);
        return frame is null ? $"{text}."
            : frame.GetFileName() is string file ? $"{text}, at {Path.GetFileName(file)}:{frame.GetFileLineNumber()}."
            : $"{text}, in {frame.GetMethod()!.DeclaringType?.Name}.{frame.GetMethod()!.Name}.";
    }
}
