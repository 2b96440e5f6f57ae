using ActorFed.Host;

return await new CommandLine(Console.Out, Console.Error, Environment.GetEnvironmentVariable).InvokeAsync(args);
