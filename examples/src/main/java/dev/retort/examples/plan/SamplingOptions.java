package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.Resources;
import dev.retort.planning.testtime.Contender;
import dev.retort.planning.testtime.ResultTable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a sample of each of two models costs. */
final class SamplingOptions {
    /** The unit of what is counted without a device. */
    static final String FLOPS = "FLOPs";

    @Option(
            names = "--parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "Parameters of the model that a token passes, for FLOPs.")
    private @Nullable Double parameters;

    @Option(
            names = "--against-parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "Parameters of the other model.")
    private @Nullable Double againstParameters;

    @Mixin private final DeviceKind device = new DeviceKind();

    @Mixin private final DeviceCost hour = new DeviceCost();

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            description =
                    "The share of the peak that sampling reaches, 0 to 1: with a device, for energy"
                            + " and money.")
    private @Nullable Double mfu;

    @Option(
            names = "--against-mfu",
            paramLabel = "SHARE",
            description = "That of the other model; default the same.")
    private @Nullable Double againstMfu;

    @Option(
            names = "--cost",
            paramLabel = "C",
            description = "What a sample costs in --cost-unit, measured, instead of all these.")
    private @Nullable Double cost;

    @Option(
            names = "--against-cost",
            paramLabel = "C",
            description = "What a sample of the other model costs, in the same unit.")
    private @Nullable Double againstCost;

    @Option(
            names = "--cost-unit",
            paramLabel = "UNIT",
            description = "What --cost is in: J, USD, s, ...")
    private @Nullable String unit;

    /**
     * What a sample costs of both, by unit.
     *
     * @param one that of the first model
     * @param other that of the second
     */
    record Costs(double one, double other) {}

    /** Refuses what has no effect, and a power or a price that is none. */
    void check(Given given) {
        device.check(given);
        hour.check(given);
    }

    /** The costs by their units, the one of budgets first. */
    Map<String, Costs> of(ResultTable one, ResultTable other) {
        return cost == null && againstCost == null && unit == null
                ? computed(one, other)
                : measured();
    }

    private Map<String, Costs> measured() {
        if (cost == null || againstCost == null || unit == null) {
            throw new PlanningException(
                    "expected --cost and --against-cost with their --cost-unit, such as USD, found"
                            + " not all of them");
        }
        if (parameters != null
                || againstParameters != null
                || isDeviceGiven()
                || mfu != null
                || againstMfu != null) {
            throw new PlanningException(
                    "expected --cost or what costs are computed from, parameters and a device, found"
                            + " both");
        }
        return Map.of(unit, new Costs(cost, againstCost));
    }

    private Map<String, Costs> computed(ResultTable one, ResultTable other) {
        Map<String, Costs> costs = new LinkedHashMap<>();
        double flops = flops("--parameters", parameters, one, other);
        double against = flops("--against-parameters", againstParameters, other, one);
        costs.put(FLOPS, new Costs(flops, against));
        fleet(mfu)
                .ifPresent(
                        fleet -> {
                            Resources here = fleet.resources(flops);
                            Resources there =
                                    fleet(againstMfu == null ? mfu : againstMfu)
                                            .orElseThrow()
                                            .resources(against);
                            put(costs, "J", here.joules(), there.joules());
                            put(costs, hour.currency(), here.money(), there.money());
                        });
        return costs;
    }

    private static void put(
            Map<String, Costs> costs, String unit, OptionalDouble one, OptionalDouble other) {
        if (one.isPresent() && other.isPresent()) {
            costs.put(unit, new Costs(one.getAsDouble(), other.getAsDouble()));
        }
    }

    private Optional<DeviceFleet> fleet(@Nullable Double share) {
        if (!isDeviceGiven() && mfu == null && againstMfu == null) {
            return Optional.empty();
        }
        if (share == null || !device.isNamed()) {
            throw new PlanningException(
                    "expected --device or --peak, and --mfu, for energy and money, found not both");
        }
        if (!hour.isGiven()) {
            throw new PlanningException(
                    "expected --watts or --price of the device, found neither: FLOPs need no device");
        }
        return Optional.of(new DeviceFleet(1, device.peak(), share, hour.watts(), hour.price()));
    }

    private boolean isDeviceGiven() {
        return device.isNamed() || hour.isGiven();
    }

    private static double flops(
            String option, @Nullable Double size, ResultTable table, ResultTable other) {
        if (size == null) {
            throw new PlanningException(
                    "expected %s and a column of tokens, or --cost, to compare at equal cost, found neither"
                            .formatted(option));
        }
        ServedUnits.checkParameters(option, size);
        double tokens =
                table.tokensPerSample(other)
                        .orElseThrow(
                                () ->
                                        new PlanningException(
                                                "expected common problems with the tokens of every sample,"
                                                        + " or --cost, found neither"));
        return Contender.flops(size, tokens);
    }
}
