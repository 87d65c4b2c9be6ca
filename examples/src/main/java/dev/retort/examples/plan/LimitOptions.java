package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.optimum.DeviceFleet;
import dev.retort.planning.optimum.Limits;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** What bounds a training beside its budget. */
final class LimitOptions {
    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Until when the devices must be done: 30d, 12h, 30m or 45s.")
    private @Nullable Duration deadline;

    @Option(
            names = "--max-parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "The largest model, such as what the serving devices hold.")
    private @Nullable Double maxParameters;

    @Option(
            names = "--max-tokens",
            paramLabel = "D",
            converter = QuantityOption.class,
            description = "The tokens there are.")
    private @Nullable Double maxTokens;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = QuantityOption.class,
            description =
                    "Bytes of memory of a device, such as 80G; all --devices together hold the state"
                            + " of the model in training.")
    private @Nullable Double memory;

    @Option(
            names = "--bytes-per-parameter",
            paramLabel = "B",
            defaultValue = "16",
            description =
                    "Bytes of that state a parameter; default ${DEFAULT-VALUE}, Adam in mixed"
                            + " precision.")
    private double bytesPerParameter;

    Limits limits(Given given, DeviceOptions devices, Optional<DeviceFleet> fleet) {
        given.refuseWithout("--memory", "--bytes-per-parameter");
        if (deadline != null && fleet.isEmpty()) {
            throw new PlanningException(
                    "expected --device or --peak, and --mfu, with --deadline, found none");
        }
        if (given.has("--devices") && fleet.isEmpty() && memory == null) {
            throw new PlanningException(
                    "expected --device, --peak or --memory with --devices, found none");
        }
        checkUnits();
        Limits limits = Limits.NONE;
        if (deadline != null) {
            limits = limits.withDeadline(deadline);
        }
        if (maxParameters != null) {
            limits = limits.withMostParameters(maxParameters);
        }
        if (memory != null) {
            limits = limits.withTrainingMemory(memory * devices.count(), bytesPerParameter);
        }
        return maxTokens == null ? limits : limits.withMostTokens(maxTokens);
    }

    private void checkUnits() {
        if (maxParameters != null) {
            ServedUnits.checkTrained("--max-parameters", maxParameters, "in parameters");
        }
        if (maxTokens != null) {
            ServedUnits.checkTrained("--max-tokens", maxTokens, "in tokens");
        }
        if (memory != null) {
            ServedUnits.checkMemory(memory);
        }
    }

    /** What the devices do until the deadline; empty where one of both is missing. */
    OptionalDouble flops(Optional<DeviceFleet> fleet) {
        return deadline == null || fleet.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(fleet.get().flopsWithin(deadline));
    }
}
