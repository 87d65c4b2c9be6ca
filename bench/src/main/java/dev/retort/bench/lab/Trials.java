package dev.retort.bench.lab;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Runs trials of a known length on 16 slots of this process, with every transition on disk, and
 * prints how long they took.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.lab.Trials nothing 1000
 * 10000 100000} for the overhead of a trial in a store that holds so many, or {@code … Trials sleep
 * 10000} for trials of one second. Before either, trials that do nothing have the JVM load and
 * compile its classes, which a scheduler that runs for hours does once.
 */
public final class Trials {
    private static final int SLOTS = 16;
    private static final long SLEEP_MILLIS = 1000;

    /** Enough that what is measured was compiled before, whatever the size of the store. */
    private static final int WARM_UP = 40_000;

    private static final int WINDOWS = 9;
    private static final int WINDOW = 500;

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
        inNewStore(store -> store.run(LabTasks.Nothing.class, 0, WARM_UP));
        for (int i = 1; i < arguments.length; i++) {
            int trials = Integer.parseInt(arguments[i]);
            if (sleep) {
                inNewStore(store -> sleep(store, trials));
            } else {
                inNewStore(store -> nothing(store, trials));
            }
        }
    }

    private static void sleep(TrialStore store, int trials) {
        double seconds = store.run(LabTasks.Sleep.class, 0, trials);
        System.out.printf(
                Locale.ROOT,
                "%d trials of 1 s on %d slots: %.2f s, ideal %.2f s%n",
                trials,
                SLOTS,
                seconds,
                Math.ceilDiv(trials, SLOTS) * SLEEP_MILLIS / 1000.0);
    }

    /** Fills a store, and then measures windows of further trials in it. */
    private static void nothing(TrialStore store, int trials) {
        double all = store.run(LabTasks.Nothing.class, 0, trials) * 1000;
        double[] millis = new double[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) {
            millis[i] =
                    store.run(LabTasks.Nothing.class, trials + i * WINDOW, WINDOW) * 1000 / WINDOW;
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "after %d trials a further one takes %.3f ms in the median of %d windows of %d"
                        + " (%.3f to %.3f); those before took %.3f ms each%n",
                trials,
                millis[WINDOWS / 2],
                WINDOWS,
                WINDOW,
                millis[0],
                millis[WINDOWS - 1],
                all / trials);
    }

    private static void inNewStore(Consumer<TrialStore> measured) throws IOException {
        // In this folder, since that of temporary files may be in memory.
        Path folder = Files.createTempDirectory(Path.of(""), "trials");
        SchedulerOptions options =
                SchedulerOptions.standard(folder, Capacity.of(SLOTS, 0))
                        .withExecution(new InProcess());
        try (EventStore events = EventStore.open(folder);
                Scheduler scheduler = Scheduler.start(events, options)) {
            measured.accept(new TrialStore(new Lab(events, "bench"), scheduler));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private record TrialStore(Lab lab, Scheduler scheduler) {
        /**
         * Runs trials with seeds that no trial before had.
         *
         * @return the seconds from before they are submitted until the last one has ended
         */
        double run(Class<?> task, int before, int trials) {
            Arm arm = new Arm("a", task.getName(), Map.of("millis", SLEEP_MILLIS), "code", "data");
            String id = "e-" + before;
            Experiment experiment =
                    new ExperimentBuilder(id, "bench")
                            .arm(arm)
                            .seeds(LongStream.rangeClosed(before + 1, before + trials).toArray())
                            .build();
            long begin = System.nanoTime();
            lab.submit(experiment);
            scheduler.idle().join();
            double seconds = (System.nanoTime() - begin) / 1e9;
            int done = lab.runs(RunFilter.ofExperiment(id).in(RunState.SUCCEEDED)).size();
            if (done != trials) {
                throw new IllegalStateException(done + " of " + trials + " trials succeeded");
            }
            return seconds;
        }
    }
}
