package dev.retort.experiment.store;

import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;
import dev.retort.experiment.schedule.SchedulerOptions.Execution;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A scheduler in a process of its own, which tests kill or which kills itself. */
public final class SchedulerProcess {
    private static final int KILLED = 137;

    private SchedulerProcess() {}

    /**
     * Runs what is queued, and ends when nothing is left.
     *
     * @param arguments the folder; at which write boundary to end, or 0 for none; {@code children}
     *     or {@code inside}; the class path of children; options of their JVMs
     */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int haltAt = Integer.parseInt(arguments[1]);
        AtomicInteger reached = new AtomicInteger();
        WriteBoundary halt =
                _ -> {
                    if (reached.incrementAndGet() == haltAt) {
                        Runtime.getRuntime().halt(KILLED);
                    }
                };
        Execution execution =
                arguments[2].equals("inside")
                        ? new InProcess()
                        : new ChildJvms(
                                arguments[3],
                                List.copyOf(Arrays.asList(arguments).subList(4, arguments.length)),
                                Duration.ofMillis(100),
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(1));
        String url = "jdbc:sqlite:" + folder.resolve("events.db");
        try (EventStore store =
                        EventStore.open(url, InstantSource.system(), System::nanoTime, halt);
                Scheduler scheduler =
                        Scheduler.start(
                                store,
                                SchedulerOptions.standard(folder, Capacity.of(2, 0))
                                        .withExecution(execution))) {
            scheduler.idle().join();
        }
    }
}
