// ---- Load on a whole engine over real TCP: dotnet cake --target=Soak [--minutes=N] [--peers=N], dotnet cake --target=Flood [--rows=81,83]

Task("Soak")
    .Description("Peers that come, talk, are slow and are killed, for some minutes: nothing of the engine may grow.")
    .Does(() => RunLoad($"soak --minutes {Argument("minutes", 3.0).ToString(System.Globalization.CultureInfo.InvariantCulture)} --peers {Argument("peers", 200)}"));

Task("Flood")
    .Description("Rows of hostile load: what the engine holds, and how long another peer waits.")
    .Does(() => RunLoad($"flood {Argument("rows", "").Replace(',', ' ')}"));

void RunLoad(string arguments)
{
    DotNetBuild("tests/Peers.Soak/Peers.Soak.csproj", new DotNetBuildSettings { Configuration = configuration, NoLogo = true, Verbosity = DotNetVerbosity.Quiet });
    var program = GetFiles($"tests/Peers.Soak/bin/{configuration}/*/Peers.Soak.dll").Single();
    var exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = $"\"{program}\" {arguments}" });
    if (exitCode != 0)
        throw new CakeException($"Peers.Soak {arguments} ends with {exitCode}.");
}
