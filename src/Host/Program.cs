using System.CommandLine;
using ActorFed.Host;

// A run that is stopped by a signal stores its snapshots first; give it the time.
return await CommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
