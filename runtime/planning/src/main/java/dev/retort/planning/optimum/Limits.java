package dev.retort.planning.optimum;

import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What bounds a training beside its budget.
 *
 * @param deadline until when the devices must be done
 * @param mostParameters the largest model, such as that which the serving devices hold
 * @param mostTokens the data there are
 * @param mostInMemory the parameters of the largest model whose training state the devices hold
 */
public record Limits(
        Optional<Duration> deadline,
        OptionalDouble mostParameters,
        OptionalDouble mostTokens,
        OptionalDouble mostInMemory) {
    /** No limit. */
    public static final Limits NONE =
            new Limits(
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty());

    /** Checks the numbers. */
    public Limits {
        mostParameters.ifPresent(
                value -> PlanningException.requirePositive("largest model", value));
        mostTokens.ifPresent(value -> PlanningException.requirePositive("amount of data", value));
        mostInMemory.ifPresent(
                value -> PlanningException.requirePositive("largest model in memory", value));
    }

    /** The parameters of the largest model, whatever bounds it; infinite without a limit. */
    double largestModel() {
        return Math.min(
                mostParameters.orElse(Double.POSITIVE_INFINITY),
                mostInMemory.orElse(Double.POSITIVE_INFINITY));
    }

    /** The beginning of a sentence about the model of a plan: what bounds its size. */
    String sizeBound() {
        double most = largestModel();
        return (mostInMemory.orElse(Double.POSITIVE_INFINITY) <= most
                        ? "The memory of the devices holds the training state of %s parameters at most: the model"
                        : "The model may have %s parameters at most: it")
                .formatted(Figures.number(most));
    }

    /** The FLOPs that the devices do until the deadline; infinite without one. */
    double mostFlops(Optional<DeviceFleet> devices) {
        return deadline.isEmpty()
                ? Double.POSITIVE_INFINITY
                : devices.orElseThrow(
                                () ->
                                        new PlanningException(
                                                "expected devices with a deadline, found none"))
                        .flopsWithin(deadline.get());
    }

    /**
     * The limits with a deadline.
     *
     * @param time the time from the start, positive
     * @return the changed limits
     */
    public Limits withDeadline(Duration time) {
        return new Limits(Optional.of(time), mostParameters, mostTokens, mostInMemory);
    }

    /**
     * The limits with the memory of the devices that train, over which the state of the model is
     * spread; activations come on top.
     *
     * @param memoryBytes the memory of all devices together, positive
     * @param bytesPerParameter bytes of weights, gradients and optimiser state a parameter; 16 for
     *     Adam in mixed precision (Rajbhandari et al. 2020)
     * @return the changed limits
     */
    public Limits withTrainingMemory(double memoryBytes, double bytesPerParameter) {
        double most =
                PlanningException.requirePositive("memory in bytes", memoryBytes)
                        / PlanningException.requirePositive(
                                "number of bytes a parameter", bytesPerParameter);
        return new Limits(deadline, mostParameters, mostTokens, OptionalDouble.of(most));
    }

    /**
     * The limits with a largest model, or the smaller one of two.
     *
     * @param parameters its parameters, positive
     * @return the changed limits
     */
    public Limits withMostParameters(double parameters) {
        return new Limits(
                deadline,
                OptionalDouble.of(
                        Math.min(parameters, mostParameters.orElse(Double.POSITIVE_INFINITY))),
                mostTokens,
                mostInMemory);
    }

    /**
     * The limits with an amount of data.
     *
     * @param tokens the tokens there are, positive
     * @return the changed limits
     */
    public Limits withMostTokens(double tokens) {
        return new Limits(deadline, mostParameters, OptionalDouble.of(tokens), mostInMemory);
    }
}
