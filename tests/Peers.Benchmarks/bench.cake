// ---- Speed: dotnet cake --target=Bench [--csv=FILE] [--block=FILE] [--seconds=1] over loopback, dotnet cake --target=Bench --parts [--filter='*Codec*']

Task("Bench")
    .Description("What an operation costs the engine, beside sockets without an engine; with --parts the benchmarks of its parts.")
    .Does(() =>
    {
        var arguments = new ProcessArgumentBuilder();
        if (HasArgument("parts"))
        {
            arguments.Append("parts").Append("--filter").AppendQuoted(Argument("filter", "*")).Append("--artifacts").AppendQuoted(MakeAbsolute(artifacts + Directory("benchmarks")).FullPath);
        }
        else
        {
            arguments.Append("loopback");
            foreach (var name in new[] { "csv", "block", "seconds" }.Where(name => HasArgument(name)))
                arguments.Append($"--{name}").AppendQuoted(Argument<string>(name));
        }

        DotNetBuild("tests/Peers.Benchmarks/Peers.Benchmarks.csproj", new DotNetBuildSettings { Configuration = configuration, NoLogo = true, Verbosity = DotNetVerbosity.Quiet });
        var program = GetFiles($"tests/Peers.Benchmarks/bin/{configuration}/*/Peers.Benchmarks.dll").Single();
        var exitCode = StartProcess("dotnet", new ProcessSettings
        {
            Arguments = arguments.PrependQuoted(program.FullPath),

            // Runs of a part are shorter than the runtime waits before it makes its better code.
            EnvironmentVariables = HasArgument("parts") ? new Dictionary<string, string> { ["DOTNET_TieredCompilation"] = "0" } : [],
        });
        if (exitCode != 0)
            throw new CakeException($"Peers.Benchmarks ends with {exitCode}.");
    });
