package dev.retort.examples.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Receipt;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code retort lab}: submits experiments, runs them, and shows how they stand. */
@Command(
        name = "lab",
        subcommands = DecideCommand.class,
        description = {
            "Run experiments: many at a time, nothing lost.",
            "Prints JSON. Whatever is killed, the next \"lab run\" goes on."
        },
        footer = {
            "",
            "Submit:    ./retort lab submit examples/experiments/soft-labels.json",
            "Run:       ./retort lab run",
            "Decide:    ./retort lab decide soft-labels-1",
            "Verdict:   ./retort lab verdict soft-labels",
            "Look:      ./retort lab list --state FAILED, ./retort lab why soft-labels-1/soft/3"
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
                "Where experiments are kept: a folder, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE (default: ${DEFAULT-VALUE})."
            })
    private String store;

    /** Whether a store that is missing is made, which reading and running do not. */
    private boolean create;

    /** Where experiments are kept, as a user says it. */
    String store() {
        return store;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "submit",
            description = {
                "Register the hypothesis of a file and queue the runs of its experiment.",
                "The same file again changes nothing."
            },
            footer = {
                "",
                "A file, where the hypothesis may be missing:",
                "{\"hypothesis\": {\"id\": \"warm\", \"team\": \"vision\",",
                "  \"statement\": \"Temperature 4 beats 1.\", \"metric\": \"accuracy\",",
                "  \"direction\": \"HIGHER_IS_BETTER\", \"smallestEffect\": 0.005,",
                "  \"alpha\": 0.05, \"budget\": {\"deviceHours\": 10}},",
                " \"experiment\": {\"id\": \"warm-1\", \"team\": \"vision\",",
                "  \"seeds\": [1, 2, 3], \"resources\": {\"cores\": 1, \"devices\": 0},",
                "  \"arms\": [{\"name\": \"t4\", \"task\": \"com.example.Distill\",",
                "    \"config\": {\"temperature\": 4.0}, \"code\": \"4f2a\", \"data\": \"digits-1\"}]}}",
                "A task is a class on the class path that implements dev.retort.experiment.task.Task."
            })
    int submit(@Parameters(paramLabel = "FILE", description = "JSON, as below.") Path file)
            throws IOException {
        Submission submission = submission(file);
        create = true;
        return with(
                lab -> {
                    requireSame(lab, submission.experiment());
                    if (submission.hypothesis() != null) {
                        lab.register(submission.hypothesis());
                    }
                    Receipt receipt = lab.submit(submission.experiment());
                    Map<String, Object> said = new LinkedHashMap<>();
                    said.put("experiment", submission.experiment().id());
                    said.put(
                            "runs",
                            lab.runs(RunFilter.ofExperiment(submission.experiment().id())).size());
                    said.put("submittedBefore", receipt.replayed());
                    return said;
                });
    }

    private static void requireSame(Lab lab, Experiment experiment) {
        if (lab.experiment(experiment.id())
                .filter(known -> !known.equals(experiment))
                .isPresent()) {
            throw new RefusedException(
                    "experiment "
                            + experiment.id()
                            + " was submitted with another content: expected the same, or another"
                            + " id");
        }
    }

    private static Submission submission(Path file) throws IOException {
        try {
            return Submission.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
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
                            List<String> left = workers.workUntilIdle(events, store);
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
                lab -> {
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
                                                ? "at work"
                                                : end.cause() + ", " + end.detail()));
                    }
                    said.put("attempts", ends);
                    return said;
                });
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
    int with(Action action) throws IOException {
        try (EventStore events = StoreLocation.open(store, create)) {
            Lab lab = new Lab(events, System.getProperty("user.name", "unknown"));
            print(action.act(lab, events));
            return 0;
        } catch (StoreException | RefusedException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void print(Object value) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(JSON.writeValueAsString(value));
        out.flush();
    }

    interface Action {
        Object act(Lab lab, EventStore events) throws IOException;
    }
}
