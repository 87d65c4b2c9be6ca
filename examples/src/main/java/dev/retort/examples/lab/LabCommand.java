package dev.retort.examples.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.SearchReplay;
import dev.retort.experiment.schedule.Holder;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
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
            CompareCommand.class,
            DecideCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ReportCommand.class,
            SubmitCommand.class,
            VelocityCommand.class,
            WatchCommand.class,
            WhatIfCommand.class
        },
        description = {
            "Run experiments: many at a time, nothing lost.",
            "What changes something prints JSON. Whatever is killed, the next \"lab run\" goes on."
        },
        footer = {
            "",
            "Submit:    ./retort lab submit examples/experiments/soft-labels.json",
            "Run:       ./retort lab run",
            "Decide:    ./retort lab decide soft-labels-1",
            "Verdict:   ./retort lab verdict soft-labels",
            "Look:      ./retort lab watch, ./retort lab list --state FAILED,",
            "           ./retort lab why soft-labels-1/soft/3, ./retort lab compare soft-labels-1",
            "Measure:   ./retort lab velocity --by team, ./retort lab what-if --devices 1,2,4",
            "Report:    ./retort lab report --html lab.html"
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
                "Where experiments are kept: a folder, its file, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE (default: ${DEFAULT-VALUE})."
            })
    private String store;

    /** Whether a store that is missing is made, which reading and running do not. */
    private boolean create;

    /** Makes the store if it is missing. */
    void createIfMissing() {
        create = true;
    }

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
                "Run what is queued until nothing is left.",
                "Several may work on one store; one that is killed loses nothing.",
                "The exit code is 1 if runs of the store have failed, or wait for what is not here."
            })
    int run(@Mixin Workers workers) throws IOException {
        boolean[] complete = new boolean[1];
        int code =
                with(
                        (lab, events) -> {
                            Workers.tellOfEnds(events, spec.commandLine().getErr());
                            List<String> left =
                                    workers.workUntilIdle(events, store, RunFilter.all());
                            left.forEach(spec.commandLine().getErr()::println);
                            Map<String, Long> counts = counts(lab);
                            complete[0] =
                                    left.isEmpty() && !counts.containsKey(RunState.FAILED.name());
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

    @Command(name = "list", description = "Show runs.")
    int list(
            @Option(
                            names = "--experiment",
                            paramLabel = "NAME",
                            description = "Only those of this experiment.")
                    @Nullable String experiment,
            @Option(names = "--team", paramLabel = "NAME", description = "Only those of this team.")
                    @Nullable String team,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "Only those in this state: ${COMPLETION-CANDIDATES}.")
                    @Nullable RunState state)
            throws IOException {
        RunFilter all = RunFilter.all();
        RunFilter filter = new RunFilter(experiment, null, team, null, all.states(), Map.of());
        return with(
                lab ->
                        lab.runs(state == null ? filter : filter.in(state)).stream()
                                .map(LabCommand::shown)
                                .toList());
    }

    private static Map<String, Object> shown(RunView view) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("run", view.run().id());
        shown.put("state", view.state());
        shown.put("attempts", view.attempts().size());
        shown.put("reason", view.reason());
        if (!view.values().isEmpty()) {
            shown.put("values", view.values());
        }
        if (view.reusedOf() != null) {
            shown.put("reusedOf", view.reusedOf());
        }
        return shown;
    }

    @Command(name = "why", description = "Say why a run is where it is, and what it went through.")
    int why(@Parameters(paramLabel = "RUN", description = "experiment/arm/seed") String run)
            throws IOException {
        return with(
                (lab, events) -> {
                    RunView view =
                            lab.run(run)
                                    .orElseThrow(
                                            () ->
                                                    new RefusedException(
                                                            "run " + run + " does not exist"));
                    Map<String, Object> said = shown(view);
                    List<String> ends = new ArrayList<>();
                    for (var attempt : view.attempts()) {
                        var end = attempt.end();
                        ends.add(
                                attempt.number()
                                        + " on "
                                        + attempt.host()
                                        + ": "
                                        + (end == null
                                                ? atWork(Holder.of(events, attempt))
                                                : end.cause() + ", " + end.detail()));
                    }
                    said.put("attempts", ends);
                    return said;
                });
    }

    private static String atWork(Holder holder) {
        return switch (holder) {
            case THERE -> "at work";
            case GONE -> "its scheduler is gone; the next \"lab run\" takes it over";
        };
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
        return act(run, lab -> lab.resume(run));
    }

    @Command(
            name = "retry",
            description = {
                "Have a run tried again that ended without a result: one that failed, was pruned,"
                        + " cancelled or stopped since it diverged.",
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
            name = "replay",
            description = {
                "Decide a search once more from its log: every trial and every decision has to come"
                        + " out the same.",
                "The exit code is 1 if one does not."
            })
    int replay(@Parameters(paramLabel = "EXPERIMENT", description = "Its name.") String name)
            throws IOException {
        SearchReplay.Result result = open((_, events) -> SearchReplay.of(events, name));
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("replayed", result.replayed());
        said.put("differences", result.differences());
        print(said);
        return result.differences().isEmpty() ? 0 : 1;
    }

    @Command(
            name = "verdict",
            description = "Show the verdicts on a hypothesis, the last one last.")
    int verdict(@Parameters(paramLabel = "HYPOTHESIS", description = "Its name.") String hypothesis)
            throws IOException {
        return with(
                lab -> {
                    List<String> known = lab.hypotheses().stream().map(Hypothesis::id).toList();
                    if (!known.contains(hypothesis)) {
                        throw new RefusedException(
                                "no hypothesis is called "
                                        + hypothesis
                                        + ": expected one of "
                                        + known);
                    }
                    return lab.verdicts(hypothesis);
                });
    }

    private int act(String run, Consumer<Lab> action) throws IOException {
        return with(
                lab -> {
                    action.accept(lab);
                    return shown(lab.run(run).orElseThrow());
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

    /** Opens the store and acts. What users did wrong is one sentence. */
    <T> T open(Action<T> action) throws IOException {
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

    /** Device time of cores and of accelerators is counted together; it has no common price. */
    static void checkPrice(@Nullable Double price, Lab lab) {
        if (price == null) {
            return;
        }
        if (!(price >= 0) || price.isInfinite()) {
            throw new IllegalArgumentException("--price is " + price + ": expected a price from 0");
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
        PrintWriter out = spec.commandLine().getOut();
        out.println(JSON.writeValueAsString(value));
        out.flush();
    }

    interface Action<T> {
        T act(Lab lab, EventStore events) throws IOException;
    }
}
