package dev.retort.distill.design;

import dev.retort.distill.ModelCost;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What became of a candidate.
 *
 * @param name its name
 * @param cost what it takes, measured before any training
 * @param broken the limits that it breaks; empty if it fits
 * @param accuracy its mean accuracy on the validation samples over the seeds; {@code null} if it
 *     was not trained
 * @param onFront whether no other that was trained is at least as good and as fast, and better in
 *     one of the two
 */
public record DesignedStudent(
        String name,
        ModelCost cost,
        List<String> broken,
        @Nullable Double accuracy,
        boolean onFront) {
    /** Copies the list. */
    public DesignedStudent {
        broken = List.copyOf(broken);
    }

    /**
     * The 95th percentile of the time of a request.
     *
     * @return seconds
     */
    public double p95Seconds() {
        return Limits.ofOneRequest(cost).p95().toNanos() / 1e9;
    }

    DesignedStudent onFront(boolean front) {
        return new DesignedStudent(name, cost, broken, accuracy, front);
    }
}
