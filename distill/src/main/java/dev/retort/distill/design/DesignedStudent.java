package dev.retort.distill.design;

import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.efficiency.report.Numbers;

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
     * The 95th percentile of the time of a request, the median of its turns.
     *
     * @return seconds
     */
    public double p95Seconds() {
        return Limits.ofOneRequest(cost).p95().toNanos() / 1e9;
    }

    /** Whether turns of this and of another overlap, so that their order may be chance. */
    boolean overlaps(DesignedStudent other) {
        InferenceLatency own = Limits.ofOneRequest(cost);
        InferenceLatency others = Limits.ofOneRequest(other.cost);
        return own.leastP95().compareTo(others.mostP95()) <= 0
                && others.leastP95().compareTo(own.mostP95()) <= 0;
    }

    /**
     * The 95th percentile of the fastest and of the slowest turn.
     *
     * @return a few words
     */
    public String p95OfTurns() {
        InferenceLatency latency = Limits.ofOneRequest(cost);
        return "%s to %s"
                .formatted(
                        Numbers.time(latency.leastP95().toNanos() / 1e9),
                        Numbers.time(latency.mostP95().toNanos() / 1e9));
    }

    DesignedStudent onFront(boolean front) {
        return new DesignedStudent(name, cost, broken, accuracy, front);
    }
}
