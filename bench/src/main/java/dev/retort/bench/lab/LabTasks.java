package dev.retort.bench.lab;

import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.util.Map;
import java.util.Objects;

/** Tasks whose own time is known. */
public final class LabTasks {
    private LabTasks() {}

    /** Takes no time. */
    public static final class Nothing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("value", 1.0));
        }
    }

    /** Takes as long as its parameter {@code millis}. */
    public static final class Sleep implements Task {
        @Override
        public Outcome run(TaskContext context) throws InterruptedException {
            Thread.sleep((Long) Objects.requireNonNull(context.config().get("millis")));
            return new Outcome.Finished(Map.of("value", 1.0));
        }
    }
}
