package dev.retort.efficiency.figures;

import java.time.Duration;

/** How long to train between checkpoints. */
public final class CheckpointAdvice {
    private CheckpointAdvice() {}

    /**
     * Young's interval, {@code sqrt(2 * T_f * T_s)}, which loses least to saving and to repeating
     * (Comm. ACM 17, 1974, 530-531). Holds where saving is short against the time to failure.
     *
     * @param timeToFailure the mean time to failure
     * @param save how long a checkpoint keeps training waiting
     * @return the time from one checkpoint to the next
     */
    public static Duration young(Duration timeToFailure, Duration save) {
        return nanos(Math.sqrt(2.0 * timeToFailure.toNanos() * save.toNanos()));
    }

    /**
     * The interval of the highest availability, {@code T_s + sqrt(2 (T_f + T_r) T_s + T_s^2)}
     * (arXiv:2410.18124).
     *
     * @param timeToFailure the mean time to failure
     * @param save how long a checkpoint keeps training waiting
     * @param recover how long a restart takes
     * @return the time from one checkpoint to the next
     */
    public static Duration available(Duration timeToFailure, Duration save, Duration recover) {
        double s = save.toNanos();
        double up = timeToFailure.toNanos() + (double) recover.toNanos();
        return nanos(s + Math.sqrt(2 * up * s + s * s));
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos(Math.round(nanos));
    }
}
