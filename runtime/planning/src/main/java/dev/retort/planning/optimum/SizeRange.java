package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.solve.Scalar;

import java.util.Locale;
import java.util.Optional;

/**
 * Which sizes of model reach a loss within limits. Fewer parameters take more tokens, and both
 * sides of the cheapest training take more FLOPs, so each limit cuts one end of a range.
 *
 * @param mostParameters the largest model
 * @param mostTokens the data there are
 * @param mostFlops the FLOPs of training that the devices do until the deadline
 */
record SizeRange(double mostParameters, double mostTokens, double mostFlops) {
    /** A limit that is met exactly is not to be broken by rounding: as a share, or in ln N. */
    static final double ROUNDING = 1e-6;

    /** So near to the smallest model that reaches the loss, in ln N, it takes endless data. */
    private static final double ENDLESS = 1e-9;

    /** How far above the smallest model that reaches the loss the optimum is searched, as ln N. */
    private static final double RANGE = 25;

    static SizeRange of(Limits limits, Optional<DeviceFleet> devices) {
        return new SizeRange(
                limits.largestModel(),
                limits.mostTokens().orElse(Double.POSITIVE_INFINITY),
                limits.mostFlops(devices));
    }

    /** The same, with room for the FLOPs of a model that are counted otherwise. */
    SizeRange allowing(double flops) {
        return new SizeRange(mostParameters, mostTokens, Math.max(mostFlops, flops));
    }

    /** The least and the greatest ln N, twice the same where the limits leave one size. */
    double[] of(ParametricLaw law, FlopConvention convention, double loss, Allocation trained) {
        double smallest = Math.log(law.a() / (loss - law.e())) / law.alpha();
        double high = Math.min(smallest + RANGE, Math.log(mostParameters));
        double left = loss - law.e() - law.b() * Math.pow(mostTokens, -law.beta());
        double low = left > 0 ? Math.log(law.a() / left) / law.alpha() : Double.POSITIVE_INFINITY;
        if (mostFlops < Double.POSITIVE_INFINITY) {
            double cheapest = Math.log(trained.parameters());
            if (trained.flops() < mostFlops * (1 - ROUNDING)) {
                low = Math.max(low, crossing(law, convention, loss, smallest, cheapest));
                high = Math.min(high, crossing(law, convention, loss, cheapest + RANGE, cheapest));
            } else if (trained.flops() < mostFlops * (1 + ROUNDING)) {
                low = Math.max(low, cheapest);
                high = Math.min(high, cheapest);
            } else {
                low = Double.POSITIVE_INFINITY;
            }
        }
        // Of two ends that only rounding parts, at the larger one the data are there.
        double end = Math.max(low, high);
        boolean isReached =
                end > smallest + ENDLESS && Double.isFinite(law.tokensFor(Math.exp(end), loss));
        if (!(low <= high + ROUNDING && isReached)) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected limits within which a model reaches the loss %.4f, found that none does",
                            loss));
        }
        return high - low <= ROUNDING ? new double[] {end, end} : new double[] {low, high};
    }

    /** Where training takes all FLOPs; next to the end where even it takes fewer. */
    private double crossing(
            ParametricLaw law, FlopConvention convention, double loss, double end, double middle) {
        // At the very end the data, and with them the FLOPs, are infinite.
        double outer = end + (middle - end) * 1e-9;
        return over(law, convention, loss, outer) <= 0
                ? outer
                : Scalar.root(
                        u -> over(law, convention, loss, u),
                        Math.min(outer, middle),
                        Math.max(outer, middle));
    }

    private double over(ParametricLaw law, FlopConvention convention, double loss, double u) {
        double parameters = Math.exp(u);
        double flops = convention.of(parameters, law.tokensFor(parameters, loss));
        return Math.min(Math.log(flops / mostFlops), 1e3);
    }
}
