package dev.retort.examples.lab;

import dev.retort.device.gpu.Devices;
import dev.retort.examples.GracefulStop;
import dev.retort.examples.Interruption;
import dev.retort.examples.Seconds;
import dev.retort.examples.StoppedBySignalException;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Decider;
import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Shortcomings;
import dev.retort.experiment.lab.Work;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.DeviceFacts;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What runs are done with: options, and the work itself. Made by picocli. */
public final class Workers {
    /** In times of the grace: longer than a scheduler takes to close, whatever its runs do. */
    private static final int MOST_GRACES = 6;

    @Option(
            names = "--cores",
            paramLabel = "N",
            description = "Cores for runs (default: all of this process).")
    private @Nullable Integer cores;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "0",
            description = "Accelerators for runs (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "For checkpoints and metrics (default: the folder of the store, or ./lab).")
    private @Nullable Path folder;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = {
                "An option for the JVM of each run, such as --jvm-option=-Xmx2g;",
                "may be given several times."
            })
    private List<String> jvmOptions = List.of();

    @Mixin private final SharingOptions sharing = new SharingOptions();

    @Mixin private final AutomationOptions automation = new AutomationOptions();

    /**
     * Tells of each run that ends, or had to be killed when it was to stop, a line each, and once
     * of each experiment whose metric its runs do not report.
     *
     * @param events the store
     * @param out where to
     */
    public static void tellOfEnds(EventStore events, PrintWriter out) {
        Set<String> told = new HashSet<>();
        events.addListener(
                recorded -> {
                    for (RecordedEvent each : recorded) {
                        switch (each.event()) {
                            case Event.RunEnded end -> {
                                out.println(end.run() + " " + end.state() + ": " + said(end));
                                events.read(state -> Shortcomings.of(state, end.run()))
                                        .filter(_ -> told.add(Run.experimentOf(end.run())))
                                        .ifPresent(out::println);
                                out.flush();
                            }
                            case Event.AttemptEnded end
                                    when end.cause() == CauseOfEnd.KILLED_AT_STOP -> {
                                events.read(state -> state.run(end.run()))
                                        .filter(view -> !view.state().isFinal())
                                        .ifPresent(view -> out.println(killed(view, end)));
                                out.flush();
                            }
                            default -> {}
                        }
                    }
                });
    }

    /** What it costs that a run had to be killed. */
    private static String killed(RunView view, Event.AttemptEnded end) {
        Checkpoint last = view.checkpoint();
        return view.run().id()
                + " "
                + view.state()
                + ": "
                + end.detail()
                + (last == null
                        ? "; it had saved nothing and begins again"
                        : "; it goes on from its last checkpoint, after step "
                                + last.step()
                                + ", and does again what came after that");
    }

    private static String said(Event.RunEnded end) {
        return end.values().isEmpty()
                ? end.reason()
                : new TreeMap<>(end.values())
                        .entrySet().stream()
                                .map(value -> value.getKey() + " " + value.getValue())
                                .collect(Collectors.joining(", "));
    }

    /**
     * Does what is queued, each run in a JVM of its own, until nothing is left that can be done.
     * What else is queued stays queued.
     *
     * @param events the store
     * @param store where it is, as the user said it
     * @param whose the runs, by their experiments
     * @return what is left of them and why, a sentence each
     * @throws StoppedBySignalException if a signal ended it
     */
    public List<String> workUntilIdle(EventStore events, String store, RunFilter whose) {
        SchedulerOptions options = options(events, store, whose);
        return stoppable(options, () -> Work.untilIdle(events, options, whose));
    }

    /**
     * Runs an experiment, with further seeds as long as it takes them, until it is decided.
     *
     * @param lab in whose name
     * @param events the store
     * @param store where it is, as the user said it
     * @param experiment its name
     * @param err is told of ends, and of seeds that do not count
     * @return how its hypotheses stand, all final
     * @throws StoppedBySignalException if a signal ended it
     */
    List<Finding> decide(
            Lab lab, EventStore events, String store, String experiment, PrintWriter err) {
        tellOfEnds(events, err);
        SchedulerOptions options = options(events, store, RunFilter.ofExperiment(experiment));
        Decider decider =
                new Decider(lab, events, options)
                        .telling(
                                sentence -> {
                                    err.println(sentence);
                                    err.flush();
                                });
        return stoppable(options, () -> decider.decide(experiment));
    }

    /** Does what stops in order if its thread is interrupted, which a signal does. */
    private static <T> T stoppable(SchedulerOptions options, Stoppable<T> work) {
        Thread worker = Thread.currentThread();
        GracefulStop stop =
                new GracefulStop(
                        () -> {
                            System.err.printf(
                                    "Stopping: what runs is given %s to reach a checkpoint;"
                                            + " Ctrl-C once more ends it at once.%n",
                                    Seconds.written(options.stopGrace()));
                            worker.interrupt();
                        },
                        options.stopGrace().multipliedBy(MOST_GRACES));
        try (Interruption _ = new Interruption(() -> stop.stop("the same command"))) {
            return work.run();
        } catch (InterruptedException e) {
            stop.stopped();
            throw new StoppedBySignalException(e);
        } finally {
            stop.over();
        }
    }

    private interface Stoppable<T> {
        T run() throws InterruptedException;
    }

    /** What is known of devices that are there. */
    private static Map<Integer, DeviceFacts> facts(int devices) {
        if (devices == 0) {
            return Map.of();
        }
        Map<Integer, DeviceFacts> facts = DeviceFacts.ofThisMachine();
        if (devices < 0 || devices > facts.size()) {
            List<String> reasons = Devices.probe().absenceReasons();
            throw new IllegalArgumentException(
                    "--devices is "
                            + devices
                            + ": expected 0 to "
                            + facts.size()
                            + ", as many as this machine has"
                            + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
        }
        return facts;
    }

    private SchedulerOptions options(EventStore events, String store, RunFilter whose) {
        if (cores != null && cores < 1) {
            throw new IllegalArgumentException("--cores is " + cores + ": expected at least 1");
        }
        Capacity capacity =
                new Capacity(
                        cores == null ? Capacity.ofThisMachine().cores() : cores,
                        IntStream.range(0, devices).boxed().toList(),
                        facts(devices));
        Path files = folder == null ? StoreLocation.folder(store) : folder;
        sharing.requirePrice(new Lab(events, "retort"), whose);
        return sharing.on(SchedulerOptions.standard(files, capacity))
                .withExecution(Children.jvms(jvmOptions))
                .withAutomation(automation.automation());
    }
}
