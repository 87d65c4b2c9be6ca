package dev.retort.experiment.task;

/**
 * What does a run, from its beginning or from a checkpoint. An implementation is a public class
 * with a public constructor without parameters; each attempt makes an object of it, as a rule in a
 * process of its own.
 */
@FunctionalInterface
public interface Task {
    /**
     * Does the run.
     *
     * @param context what is to be done, and where results go
     * @return how it ended; an {@link Outcome.Stopped} only after {@link TaskContext#shouldStop()}
     * @throws Exception if it fails; a retry policy decides what follows
     */
    Outcome run(TaskContext context) throws Exception;
}
