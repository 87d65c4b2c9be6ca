package dev.retort.distill.train;

import java.util.List;

/** The learning rate schedules by the names that the field has for them, with usual settings. */
public enum ScheduleKind {
    /** {@link LearningRate#constant}. */
    CONSTANT,

    /** {@link LearningRate#cosine} after 10 % warm-up. */
    COSINE,

    /** {@link LearningRate#linear} after 10 % warm-up. */
    LINEAR,

    /** {@link LearningRate#oneCycle}. */
    ONE_CYCLE,

    /**
     * {@link LearningRate#steps}: a tenth each time after 5/8, 3/4 and 7/8 of the steps, which are
     * the epochs 150, 180 and 210 of 240 of the usual recipe for CIFAR-100.
     */
    STEP;

    private static final float WARM_UP = 0.1f;

    /**
     * The name.
     *
     * @return a word
     */
    public String label() {
        return of(1).label();
    }

    /**
     * The schedule.
     *
     * @param peak the highest learning rate, above 0
     * @return the schedule
     */
    public LearningRate of(float peak) {
        return switch (this) {
            case CONSTANT -> LearningRate.constant(peak);
            case COSINE -> LearningRate.cosine(peak, WARM_UP);
            case LINEAR -> LearningRate.linear(peak, WARM_UP);
            case ONE_CYCLE -> LearningRate.oneCycle(peak);
            case STEP -> LearningRate.steps(peak, 0.1, List.of(0.625, 0.75, 0.875));
        };
    }
}
