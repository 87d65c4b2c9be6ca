package dev.retort.bench.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;
import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Runs trials of a known length on 16 slots of this process, with every transition on disk, and
 * prints how long they took.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.lab.Trials nothing 1000
 * 10000 100000} for the overhead of a trial, or {@code … Trials sleep 10000} for trials of one
 * second
 */
public final class Trials {
    private static final int SLOTS = 16;
    private static final long SLEEP_MILLIS = 1000;

    private Trials() {}

    /**
     * Runs them.
     *
     * @param arguments {@code nothing} or {@code sleep}, and numbers of trials
     * @throws IOException if the store of a measurement cannot be made or deleted
     */
    public static void main(String[] arguments) throws IOException {
        boolean sleep = arguments.length > 0 && arguments[0].equals("sleep");
        if (arguments.length < 2 || !(sleep || arguments[0].equals("nothing"))) {
            System.err.println("Expected: nothing|sleep TRIALS...");
            System.exit(2);
        }
        if (!sleep) {
            // Compiles what is measured.
            run(LabTasks.Nothing.class, 5000);
        }
        for (int i = 1; i < arguments.length; i++) {
            int trials = Integer.parseInt(arguments[i]);
            Class<?> task = sleep ? LabTasks.Sleep.class : LabTasks.Nothing.class;
            double seconds = run(task, trials);
            if (sleep) {
                double ideal = Math.ceilDiv(trials, SLOTS) * SLEEP_MILLIS / 1000.0;
                System.out.printf(
                        Locale.ROOT,
                        "%d trials of 1 s on %d slots: %.2f s, ideal %.2f s%n",
                        trials,
                        SLOTS,
                        seconds,
                        ideal);
            } else {
                System.out.printf(
                        Locale.ROOT,
                        "%d trials of nothing: %.3f ms each%n",
                        trials,
                        seconds * 1000 / trials);
            }
        }
    }

    /** Runs trials in a new store; returns the seconds from the start of the scheduler. */
    private static double run(Class<?> task, int trials) throws IOException {
        // In this folder, since that of temporary files may be in memory.
        Path folder = Files.createTempDirectory(Path.of(""), "trials");
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "bench");
            Arm arm = new Arm("a", task.getName(), Map.of("millis", SLEEP_MILLIS), "code", "data");
            lab.submit(
                    new ExperimentBuilder("e", "bench")
                            .arm(arm)
                            .seeds(LongStream.rangeClosed(1, trials).toArray())
                            .build());
            long begin = System.nanoTime();
            try (Scheduler scheduler =
                    Scheduler.start(
                            store,
                            SchedulerOptions.standard(folder, Capacity.of(SLOTS, 0))
                                    .withExecution(new InProcess()))) {
                scheduler.idle().join();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            int done = lab.runs(RunFilter.all().in(RunState.SUCCEEDED)).size();
            if (done != trials) {
                throw new IllegalStateException(done + " of " + trials + " trials succeeded");
            }
            return seconds;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
