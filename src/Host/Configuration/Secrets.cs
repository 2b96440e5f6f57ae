namespace ActorFed.Host.Configuration;

/// <summary>Passwords, which stand in no configuration: a file has one, or the environment.</summary>
internal static class Secrets
{
    /// <summary>A password.</summary>
    /// <param name="file">The file whose first line it is; null: the environment has it.</param>
    /// <param name="key">The key that named the file, for errors.</param>
    /// <param name="variable">The variable that has it otherwise.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read, or is empty.</exception>
    public static string? Read(string? file, string key, string variable, Func<string, string?> environment)
    {
        if (file is null)
        {
            return environment(variable);
        }

        try
        {
            return File.ReadLines(file).FirstOrDefault() is { Length: > 0 } secret
                ? secret
                : throw new ConfigurationException([$"The password in '{file}' ({key}) is empty; it must be the first line of that file."]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"The password in '{file}' ({key}) cannot be read: {failure.Message}"]);
        }
    }
}
