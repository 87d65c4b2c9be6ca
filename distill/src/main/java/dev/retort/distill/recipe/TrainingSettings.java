package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A {@link TrainingPlan} as plain values.
 *
 * @param epochs the most epochs it may take
 * @param batchSize samples a step
 * @param schedule {@code constant}, {@code cosine}, {@code linear}, {@code one-cycle} or {@code
 *     step}
 * @param learningRate its highest value
 * @param warmUp the share of the steps that the warm-up of {@code cosine} and {@code linear} takes;
 *     0 with the others, which have none that could be chosen
 * @param stepFactor what each step of {@code step} multiplies the rate by; {@code null} otherwise
 * @param stepsAt the shares of the steps at which it does
 * @param weightDecay decoupled weight decay
 * @param clipNorm largest global norm of the gradients; {@code null} for no clipping
 * @param patience epochs without a better validation loss that end it; 0 for never
 * @param readEvery steps between two reads of the loss
 * @param microBatches parts that a batch goes through the model in
 * @param averageDecay decay of the moving average of the parameters; 0 for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingSettings(
        int epochs,
        int batchSize,
        String schedule,
        double learningRate,
        double warmUp,
        @Nullable Double stepFactor,
        @Nullable List<Double> stepsAt,
        double weightDecay,
        @Nullable Double clipNorm,
        int patience,
        int readEvery,
        int microBatches,
        double averageDecay) {
    /** Checks the values. */
    public TrainingSettings {
        // Its own checks.
        plan(
                epochs,
                batchSize,
                rate(schedule, learningRate, warmUp, stepFactor, stepsAt),
                weightDecay,
                clipNorm,
                patience,
                readEvery,
                microBatches,
                averageDecay);
    }

    /**
     * The settings of a plan.
     *
     * @param plan the plan
     * @return the settings
     */
    public static TrainingSettings of(TrainingPlan plan) {
        LearningRate rate = plan.learningRate();
        LearningRate.Steps steps = rate instanceof LearningRate.Steps some ? some : null;
        return new TrainingSettings(
                plan.epochs(),
                plan.batchSize(),
                rate.label(),
                decimal(rate.peak()),
                decimal(rate.warmUpShare()),
                steps == null ? null : steps.factor(),
                steps == null ? null : steps.shares(),
                decimal(plan.weightDecay()),
                Double.isInfinite(plan.clipNorm()) ? null : plan.clipNorm(),
                plan.patience(),
                plan.readEvery(),
                plan.microBatches(),
                plan.averageDecay());
    }

    /**
     * The plan.
     *
     * @return what these are the settings of
     */
    public TrainingPlan plan() {
        return plan(
                epochs,
                batchSize,
                rate(schedule, learningRate, warmUp, stepFactor, stepsAt),
                weightDecay,
                clipNorm,
                patience,
                readEvery,
                microBatches,
                averageDecay);
    }

    private static TrainingPlan plan(
            int epochs,
            int batchSize,
            LearningRate rate,
            double weightDecay,
            @Nullable Double clipNorm,
            int patience,
            int readEvery,
            int microBatches,
            double averageDecay) {
        return new TrainingPlan(
                epochs,
                batchSize,
                rate,
                (float) weightDecay,
                clipNorm == null ? Double.POSITIVE_INFINITY : clipNorm,
                patience,
                readEvery,
                microBatches,
                averageDecay);
    }

    private static LearningRate rate(
            String schedule,
            double learningRate,
            double warmUp,
            @Nullable Double stepFactor,
            @Nullable List<Double> stepsAt) {
        float peak = (float) learningRate;
        if (!"step".equals(schedule) && (stepFactor != null || stepsAt != null)) {
            throw new IllegalArgumentException(
                    "expected stepFactor and stepsAt with the schedule step alone, found them with "
                            + schedule);
        }
        LearningRate rate =
                switch (requireNonNull(schedule, "expected schedule, found none")) {
                    case "constant" -> LearningRate.constant(peak);
                    case "cosine" -> LearningRate.cosine(peak, (float) warmUp);
                    case "linear" -> LearningRate.linear(peak, (float) warmUp);
                    case "one-cycle" -> LearningRate.oneCycle(peak);
                    case "step" ->
                            LearningRate.steps(
                                    peak,
                                    requireNonNull(stepFactor, "expected stepFactor, found none"),
                                    requireNonNull(stepsAt, "expected stepsAt, found none"));
                    default ->
                            throw new IllegalArgumentException(
                                    "expected the schedule constant, cosine, linear, one-cycle or step, found "
                                            + schedule);
                };
        if (warmUp != 0 && !warmsUp(schedule)) {
            throw new IllegalArgumentException(
                    "expected no warmUp with the schedule %s, which has none that could be chosen, found %s"
                            .formatted(schedule, warmUp));
        }
        return rate;
    }

    /** Whether a warm-up can be chosen for a schedule. */
    static boolean warmsUp(String schedule) {
        return schedule.equals("cosine") || schedule.equals("linear");
    }

    /** 0.1 and not 0.10000000149. */
    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }
}
