package dev.retort.examples.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Shortcomings;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.StoreException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code retort lab}: submits experiments, runs them, and shows how they stand. */
@Command(
        name = "lab",
        subcommands = {
            AutomationCommand.class,
            CompareCommand.class,
            ConfirmCommand.class,
            DecideCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ListCommand.class,
            ReplayCommand.class,
            ReportCommand.class,
            SubmitCommand.class,
            VelocityCommand.class,
            WatchCommand.class,
            WhatIfCommand.class,
            WhyCommand.class
        },
        description = {
            "Run experiments: many at a time, nothing lost.",
            "What changes something, or is about one thing, prints JSON; tables do with --json.",
            "Whatever is killed, the next \"lab run\" goes on."
        },
        footer = {
            "",
            "Submit:    ./retort lab submit examples/experiments/soft-labels.json",
            "Run:       ./retort lab run",
            "Decide:    ./retort lab decide soft-labels-1",
            "Verdict:   ./retort lab verdict soft-labels, ./retort lab replay",
            "Winner:    ./retort lab confirm rates --control trial-0 --smallest-effect 0.01",
            "Look:      ./retort lab watch, ./retort lab list --state FAILED,",
            "           ./retort lab why soft-labels-1/soft/3,",
            "           ./retort lab compare soft-labels-1, ./retort lab automation",
            "Measure:   ./retort lab velocity --by team, ./retort lab what-if --devices 1,2,4",
            "Report:    ./retort lab report --html lab.html",
            "Export:    ./retort lab export --parquet runs.parquet"
        })
public final class LabCommand implements Runnable {
    private static final int UNFINISHED = 1;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Spec private CommandSpec spec;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            scope = ScopeType.INHERIT,
            defaultValue = "lab",
            description = {
                "Where experiments are kept: a folder, its file,",
                "jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE",
                "(default: ${DEFAULT-VALUE})."
            })
    private String store;

    /** Where experiments are kept, as a user says it. */
    String store() {
        return store;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "run",
            description = {
                "Run what is queued until nothing is left for it, also while another scheduler still"
                        + " works.",
                "Several may work on one store; one that is killed loses nothing. Ctrl-C, or SIGTERM,"
                        + " gives runs the time of --grace to stop at a checkpoint; a second Ctrl-C"
                        + " ends them at once.",
                "The exit code is 1 if runs of the store have failed or wait for what is not here,"
                        + " if all runs of an experiment are infeasible, or if its metric was never"
                        + " reported."
            })
    int run(@Mixin Workers workers) throws IOException {
        boolean[] complete = new boolean[1];
        int code =
                with(
                        (lab, events) -> {
                            Workers.tellOfEnds(events, spec.commandLine().getErr());
                            RunFilter all = RunFilter.all();
                            List<String> wrong =
                                    new ArrayList<>(workers.workUntilIdle(events, store, all));
                            wrong.addAll(Shortcomings.of(lab, all));
                            wrong.forEach(spec.commandLine().getErr()::println);
                            Map<String, Long> counts = counts(lab);
                            complete[0] =
                                    wrong.isEmpty() && !counts.containsKey(RunState.FAILED.name());
                            return counts;
                        });
        return code == 0 && !complete[0] ? UNFINISHED : code;
    }

    private static Map<String, Long> counts(Lab lab) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (RunState state : RunState.values()) {
            long count = lab.runs(RunFilter.all().in(state)).size();
            if (count > 0) {
                counts.put(state.name(), count);
            }
        }
        return counts;
    }

    @Command(name = "cancel", description = "Stop a run for good.")
    int cancel(
            @Parameters(paramLabel = "RUN", description = "experiment/arm/seed") String run,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "cancelled",
                            description = "Kept with the run (default: ${DEFAULT-VALUE}).")
                    String reason)
            throws IOException {
        return act(run, lab -> lab.cancel(run, reason));
    }

    @Command(
            name = "close",
            description = {
                "Have a search propose no further trial.",
                "Its trials go on as its rule decides; each can be cancelled."
            })
    int close(
            @Parameters(paramLabel = "EXPERIMENT", description = "Its name.") String name,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "closed",
                            description = "Kept with the search (default: ${DEFAULT-VALUE}).")
                    String reason)
            throws IOException {
        return with(
                lab -> {
                    Named.search(lab, name);
                    lab.closeSearch(name, reason);
                    return Map.of("closed", name);
                });
    }

    @Command(name = "pause", description = "Stop a run at a checkpoint until it is resumed.")
    int pause(
            @Parameters(paramLabel = "RUN", description = "experiment/arm/seed") String run,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "paused",
                            description = "Kept with the run (default: ${DEFAULT-VALUE}).")
                    String reason)
            throws IOException {
        return act(run, lab -> lab.pause(run, reason));
    }

    @Command(name = "resume", description = "Let a paused run go on.")
    int resume(@Parameters(paramLabel = "RUN", description = "experiment/arm/seed") String run)
            throws IOException {
        return act(
                run,
                lab -> {
                    try {
                        lab.resume(run);
                    } catch (RefusedException e) {
                        throw Named.notResumed(lab, run, e);
                    }
                });
    }

    @Command(
            name = "retry",
            description = {
                "Have a run tried again that ended without a result: one that failed, was pruned or"
                        + " cancelled, was infeasible, or was stopped since it diverged.",
                "It goes on from its last checkpoint, as if none of its attempts had failed."
            })
    int retry(
            @Parameters(paramLabel = "RUN", description = "experiment/arm/seed") String run,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "tried again",
                            description = "Kept with the run (default: ${DEFAULT-VALUE}).")
                    String reason)
            throws IOException {
        return act(run, lab -> lab.retry(run, reason));
    }

    @Command(
            name = "verdict",
            description = "Show the verdicts on a hypothesis, the last one last.")
    int verdict(@Parameters(paramLabel = "HYPOTHESIS", description = "Its name.") String hypothesis)
            throws IOException {
        return with(
                lab -> {
                    Named.hypothesis(lab, hypothesis);
                    return lab.verdicts(hypothesis);
                });
    }

    private int act(String run, Consumer<Lab> action) throws IOException {
        return with(
                (lab, events) -> {
                    Named.run(lab, run);
                    action.accept(lab);
                    return Standing.of(events).shown(Named.run(lab, run));
                });
    }

    private int with(Function<Lab, Object> action) throws IOException {
        return with((lab, _) -> action.apply(lab));
    }

    /** Opens the store, acts, and prints what came of it. What users did wrong is one sentence. */
    int with(Action<Object> action) throws IOException {
        print(open(action));
        return 0;
    }

    /** Opens the store, which has to be there, and acts. */
    <T> T open(Action<T> action) throws IOException {
        return open(store, false, action);
    }

    /**
     * Opens a store and acts. What users did wrong is one sentence.
     *
     * @param store where it is, as the user said it
     * @param create whether it is made if it is missing
     */
    static <T> T open(String store, boolean create, Action<T> action) throws IOException {
        try (EventStore events = StoreLocation.open(store, create)) {
            return action.act(new Lab(events, System.getProperty("user.name", "unknown")), events);
        } catch (StoreException | RefusedException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The folder of checkpoints and metrics, if no other is given. */
    Path folder() {
        return StoreLocation.folder(store);
    }

    /** Checks a price that is charged to each experiment for itself. */
    static void checkPrice(@Nullable Double price) {
        if (price != null && !(price >= 0 && Double.isFinite(price))) {
            throw new IllegalArgumentException("--price is " + price + ": expected a price from 0");
        }
    }

    /**
     * Checks a price of all experiments together: device time of cores and of accelerators is
     * counted together, and has no common price.
     */
    static void checkPrice(@Nullable Double price, Lab lab) {
        checkPrice(price);
        if (price == null) {
            return;
        }
        List<Experiment> here =
                lab.experiments().stream()
                        .filter(each -> !each.tags().containsKey(Experiment.IMPORTED))
                        .toList();
        Predicate<Experiment> onDevices = each -> each.resources().devices() > 0;
        if (here.stream().anyMatch(onDevices) && !here.stream().allMatch(onDevices)) {
            throw new IllegalArgumentException(
                    "--price is that of one kind of device: expected experiments that all use"
                            + " accelerators or none, found both");
        }
    }

    void print(Object value) throws JsonProcessingException {
        print(spec, value);
    }

    static void print(CommandSpec spec, Object value) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(JSON.writeValueAsString(value));
        out.flush();
    }

    interface Action<T> {
        T act(Lab lab, EventStore events) throws IOException;
    }
}
