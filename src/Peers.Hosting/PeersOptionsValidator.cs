using Akka.Configuration;
using Microsoft.Extensions.Options;

namespace Peers.Hosting;

/// <summary>Tells every fault of the options at once, as the host starts.</summary>
internal sealed class PeersOptionsValidator : IValidateOptions<PeersOptions>
{
    public ValidateOptionsResult Validate(string? name, PeersOptions options)
    {
        var faults = new OptionsReading(options, Config.Empty).Faults;
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
