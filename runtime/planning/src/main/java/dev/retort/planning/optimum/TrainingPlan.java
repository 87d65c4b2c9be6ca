package dev.retort.planning.optimum;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.report.Figures;
import dev.retort.planning.solve.Scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The best training that a budget, devices and limits allow.
 *
 * @param model the model and its data
 * @param unbounded the optimum for the budget or the loss without the limits
 * @param resources what it takes of the devices; empty without devices
 * @param bounds the limits that it runs into, one sentence each
 */
public record TrainingPlan(
        Allocation model,
        Allocation unbounded,
        Optional<Resources> resources,
        List<String> bounds) {
    /** Copies the sentences. */
    public TrainingPlan {
        bounds = List.copyOf(bounds);
    }

    /**
     * Draws the plan.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param flops the budget, positive
     * @param devices the devices, needed where there is a deadline
     * @param limits the limits
     * @return the plan
     */
    public static TrainingPlan of(
            ParametricLaw law,
            FlopConvention convention,
            double flops,
            Optional<DeviceFleet> devices,
            Limits limits) {
        List<String> bounds = new ArrayList<>();
        Allocation unbounded = ComputeOptimum.of(law, convention, flops);
        double spent = withinDeadline(flops, devices, limits, bounds);
        Allocation best = ComputeOptimum.of(law, convention, spent);
        double mostParameters = limits.largestModel();
        double mostTokens = limits.mostTokens().orElse(Double.POSITIVE_INFINITY);
        boolean isFed = best.tokens() <= mostTokens;
        double fed = isFed ? best.parameters() : largest(convention, spent / mostTokens);
        double parameters = Math.min(fed, mostParameters);
        double tokens =
                !isFed
                        ? mostTokens
                        : parameters == best.parameters()
                                ? best.tokens()
                                : Math.min(mostTokens, spent / convention.perToken(parameters));
        Allocation model = Allocation.of(law, convention, parameters, tokens);
        cut(model, best, spent, flops, limits, bounds);
        return new TrainingPlan(
                model, unbounded, devices.map(d -> d.resources(model.flops())), bounds);
    }

    /** Says which limits cut a plan off the best one of the FLOPs that may be spent. */
    private static void cut(
            Allocation model,
            Allocation best,
            double spent,
            double budget,
            Limits limits,
            List<String> bounds) {
        if (model.flops() < spent * (1 - 1e-9)) {
            bounds.add(
                    String.format(
                            Locale.ROOT,
                            "Size and data are both at their limits, %s parameters and %s"
                                    + " tokens: %.1f %% of the budget stays unspent.",
                            Figures.number(model.parameters()),
                            Figures.number(model.tokens()),
                            100 * (1 - model.flops() / budget)));
        } else if (model.parameters() > best.parameters()) {
            bounds.add(
                    "The data end at %s tokens: a larger model is trained on them than is optimal."
                            .formatted(Figures.number(model.tokens())));
        } else if (model.parameters() < best.parameters()) {
            bounds.add(limits.sizeBound() + " is trained longer than is optimal.");
        }
    }

    /**
     * Draws the plan of the fewest FLOPs that reaches a loss.
     *
     * @param law the law
     * @param convention how FLOPs are counted
     * @param loss the loss in nats, above the law's E
     * @param devices the devices, needed where there is a deadline
     * @param limits the limits
     * @return the plan
     * @throws PlanningException if the law never reaches the loss, or not within the limits
     */
    public static TrainingPlan reaching(
            ParametricLaw law,
            FlopConvention convention,
            double loss,
            Optional<DeviceFleet> devices,
            Limits limits) {
        Allocation cheapest = ComputeOptimum.reaching(law, convention, loss);
        double[] sizes = SizeRange.of(limits, devices).of(law, convention, loss, cheapest);
        // On both sides of the cheapest training it takes more FLOPs, so the nearest size is best.
        double parameters =
                Math.clamp(cheapest.parameters(), Math.exp(sizes[0]), Math.exp(sizes[1]));
        if (Math.abs(parameters / cheapest.parameters() - 1) <= SizeRange.ROUNDING) {
            return new TrainingPlan(
                    cheapest, cheapest, devices.map(d -> d.resources(cheapest.flops())), List.of());
        }
        Allocation model =
                Allocation.of(law, convention, parameters, law.tokensFor(parameters, loss));
        double times = model.flops() / cheapest.flops();
        String bound =
                parameters < cheapest.parameters()
                        ? limits.sizeBound() + " is trained longer than is optimal"
                        : "The data end at %s tokens: a larger model is trained on them than is optimal"
                                .formatted(Figures.number(model.tokens()));
        return new TrainingPlan(
                model,
                cheapest,
                devices.map(d -> d.resources(model.flops())),
                List.of(
                        "%s, for %s times the FLOPs that the loss needs."
                                .formatted(bound, Figures.number(times))));
    }

    private static double withinDeadline(
            double flops, Optional<DeviceFleet> devices, Limits limits, List<String> bounds) {
        double most = limits.mostFlops(devices);
        if (most >= flops) {
            return flops;
        }
        bounds.add(
                "The deadline allows %s of the %s FLOPs of the budget."
                        .formatted(Figures.number(most), Figures.number(flops)));
        return most;
    }

    private static double largest(FlopConvention convention, double flopsPerToken) {
        return Math.exp(
                Scalar.root(
                        u -> Math.log(convention.perToken(Math.exp(u)) / flopsPerToken),
                        -50,
                        Math.log(flopsPerToken)));
    }
}
