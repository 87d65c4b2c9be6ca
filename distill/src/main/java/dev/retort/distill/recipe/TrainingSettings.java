package dev.retort.distill.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;

/**
 * A {@link TrainingPlan} as plain values.
 *
 * @param epochs the most epochs it may take
 * @param batchSize samples a step
 * @param schedule {@code constant}, or {@code cosine} with linear warm-up
 * @param learningRate its highest value
 * @param warmUp the share of the steps that the warm-up takes; 0 for {@code constant}
 * @param weightDecay decoupled weight decay
 * @param clipNorm largest global norm of the gradients; {@code null} for no clipping
 * @param patience epochs without a better validation loss that end it; 0 for never
 * @param readEvery steps between two reads of the loss
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingSettings(
        int epochs,
        int batchSize,
        String schedule,
        double learningRate,
        double warmUp,
        double weightDecay,
        @Nullable Double clipNorm,
        int patience,
        int readEvery) {
    private static final String CONSTANT = "constant";
    private static final String COSINE = "cosine";

    /** Checks the values. */
    public TrainingSettings {
        // Its own checks.
        plan(
                epochs,
                batchSize,
                rate(schedule, learningRate, warmUp),
                weightDecay,
                clipNorm,
                patience,
                readEvery);
    }

    /**
     * The settings of a plan.
     *
     * @param plan the plan
     * @return the settings
     */
    public static TrainingSettings of(TrainingPlan plan) {
        String schedule;
        float peak;
        float warmUp;
        switch (plan.learningRate()) {
            case LearningRate.Constant(float rate) -> {
                schedule = CONSTANT;
                peak = rate;
                warmUp = 0;
            }
            case LearningRate.Cosine(float highest, float share) -> {
                schedule = COSINE;
                peak = highest;
                warmUp = share;
            }
        }
        return new TrainingSettings(
                plan.epochs(),
                plan.batchSize(),
                schedule,
                decimal(peak),
                decimal(warmUp),
                decimal(plan.weightDecay()),
                Double.isInfinite(plan.clipNorm()) ? null : plan.clipNorm(),
                plan.patience(),
                plan.readEvery());
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
                rate(schedule, learningRate, warmUp),
                weightDecay,
                clipNorm,
                patience,
                readEvery);
    }

    private static TrainingPlan plan(
            int epochs,
            int batchSize,
            LearningRate rate,
            double weightDecay,
            @Nullable Double clipNorm,
            int patience,
            int readEvery) {
        return new TrainingPlan(
                epochs,
                batchSize,
                rate,
                (float) weightDecay,
                clipNorm == null ? Double.POSITIVE_INFINITY : clipNorm,
                patience,
                readEvery);
    }

    private static LearningRate rate(String schedule, double learningRate, double warmUp) {
        return switch (schedule) {
            case CONSTANT -> LearningRate.constant((float) learningRate);
            case COSINE -> LearningRate.cosine((float) learningRate, (float) warmUp);
            default ->
                    throw new IllegalArgumentException(
                            "expected the schedule %s or %s, found %s"
                                    .formatted(CONSTANT, COSINE, schedule));
        };
    }

    /** 0.1 and not 0.10000000149. */
    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }
}
