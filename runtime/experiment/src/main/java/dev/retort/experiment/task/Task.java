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

    /**
     * The task of a name.
     *
     * @param name the name of the class
     * @return the class
     * @throws IllegalArgumentException if there is no such class on the class path, or it is none
     */
    static Class<? extends Task> named(String name) {
        Class<?> type;
        try {
            type = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException(
                    "the task " + name + " does not exist: expected a class on the class path", e);
        }
        if (!Task.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(
                    "the class "
                            + name
                            + " is no task: expected it to implement "
                            + Task.class.getName());
        }
        return type.asSubclass(Task.class);
    }
}
