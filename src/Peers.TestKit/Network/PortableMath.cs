namespace Peers.TestKit;

/// <summary>
/// Logarithm, exponential and the normal quantile from additions, multiplications, divisions and square roots alone: those give the same bits
/// on every machine, <see cref="Math.Log(double)"/> and <see cref="Math.Exp"/> come from the machine's own library and need not.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const double LowTail = 0.02425;

    public static double Log(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        var ratio = (mantissa - 1) / (mantissa + 1);
        var square = ratio * ratio;
        var sum = 0.0;
        for (var odd = 41; odd >= 1; odd -= 2)
            sum = (sum * square) + (1.0 / odd);
        return (2 * ratio * sum) + (exponent * Ln2);
    }

    public static double Exp(double value)
    {
        var doublings = Math.Round(value / Ln2);
        var rest = value - (doublings * Ln2);
        var sum = 1.0;
        for (var term = 20; term >= 1; term--)
            sum = 1 + (rest * sum / term);
        return Math.ScaleB(sum, (int)doublings);
    }

    /// <summary>The value below which a standard normal falls with this probability: P. J. Acklam's rational approximation, good to 10⁻⁹.</summary>
    public static double Normal(double probability) => probability switch
    {
        < LowTail => Tail(probability),
        > 1 - LowTail => -Tail(1 - probability),
        _ => Middle(probability - 0.5),
    };

    private static double Tail(double probability)
    {
        var q = Math.Sqrt(-2 * Log(probability));
        return Polynomial(q, [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783]) /
            Polynomial(q, [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1]);
    }

    private static double Middle(double q)
    {
        var r = q * q;
        return q * Polynomial(r, [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239]) /
            Polynomial(r, [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1]);
    }

    private static double Polynomial(double at, ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
            sum = (sum * at) + coefficient;
        return sum;
    }
}
