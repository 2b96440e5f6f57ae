using ActorFed.Host.Verify;

return VerifyCommand.Run(args, 1e-9, false, Console.Out);
