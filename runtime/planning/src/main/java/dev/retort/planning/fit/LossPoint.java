package dev.retort.planning.fit;

import static dev.retort.planning.PlanningException.requirePositive;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one run reached.
 *
 * @param parameters the parameters N of the model, positive
 * @param tokens the tokens D that it had seen, positive; repeated ones count again
 * @param loss the loss after them in nats a token, positive
 * @param flops the FLOPs spent as measured or counted by the user, if known
 * @param scheduleTokens the tokens at which the learning-rate schedule would have ended, if known
 * @param run the run that the point is from, if several points are from one: their errors are not
 *     independent, and they are resampled together
 */
public record LossPoint(
        double parameters,
        double tokens,
        double loss,
        OptionalDouble flops,
        OptionalDouble scheduleTokens,
        Optional<String> run) {
    /** Checks the numbers. */
    public LossPoint {
        requirePositive("number of parameters N", parameters);
        requirePositive("number of tokens D", tokens);
        requirePositive("loss in nats", loss);
        flops.ifPresent(value -> requirePositive("number of FLOPs", value));
        scheduleTokens.ifPresent(
                value -> requirePositive("number of tokens of the schedule", value));
        Objects.requireNonNull(run, "run is null");
    }

    /**
     * A point of a run of its own whose schedule is not known.
     *
     * @param parameters the parameters N, positive
     * @param tokens the tokens D, positive
     * @param loss the loss in nats, positive
     * @return the point
     */
    public static LossPoint of(double parameters, double tokens, double loss) {
        return new LossPoint(
                parameters,
                tokens,
                loss,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty());
    }

    /**
     * The point with its FLOPs.
     *
     * @param spent the FLOPs, positive
     * @return the changed point
     */
    public LossPoint withFlops(double spent) {
        return new LossPoint(
                parameters, tokens, loss, OptionalDouble.of(spent), scheduleTokens, run);
    }

    /**
     * The point with the end of its learning-rate schedule.
     *
     * @param end the tokens at the end, positive
     * @return the changed point
     */
    public LossPoint withSchedule(double end) {
        return new LossPoint(parameters, tokens, loss, flops, OptionalDouble.of(end), run);
    }

    /**
     * The point as one of several of a run.
     *
     * @param name the run
     * @return the changed point
     */
    public LossPoint ofRun(String name) {
        return new LossPoint(parameters, tokens, loss, flops, scheduleTokens, Optional.of(name));
    }

    LossPoint withLoss(double changed) {
        return new LossPoint(parameters, tokens, changed, flops, scheduleTokens, run);
    }

    /** Whether the learning rate had not come down, or had been down for long. */
    boolean isOffSchedule(double tolerance) {
        return scheduleTokens.isPresent()
                && Math.abs(tokens / scheduleTokens.getAsDouble() - 1) > tolerance;
    }
}
