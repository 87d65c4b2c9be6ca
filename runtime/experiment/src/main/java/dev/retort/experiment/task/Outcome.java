package dev.retort.experiment.task;

import java.util.Map;
import java.util.Objects;

/** How a task ended. */
public sealed interface Outcome {
    /**
     * It is done.
     *
     * @param values the results by metric; finite numbers
     */
    record Finished(Map<String, Double> values) implements Outcome {
        /** Copies the components. */
        public Finished {
            values = Map.copyOf(values);
        }
    }

    /** It stopped as it was asked to; it goes on from its last checkpoint later, or never. */
    record Stopped() implements Outcome {}

    /**
     * Its config cannot work, with any seed and on any machine. No failure, and never retried.
     *
     * @param reason one sentence
     */
    record Infeasible(String reason) implements Outcome {
        /** Checks the component. */
        public Infeasible {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * Its numbers left the range in which they mean something.
     *
     * @param reason one sentence
     */
    record Diverged(String reason) implements Outcome {
        /** Checks the component. */
        public Diverged {
            Objects.requireNonNull(reason, "reason is null");
        }
    }
}
