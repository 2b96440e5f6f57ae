Console.WriteLine("actorfed");
