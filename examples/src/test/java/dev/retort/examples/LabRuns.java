package dev.retort.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A store in which a hypothesis and a search ran, and the command line over it. */
abstract class LabRuns {
    @TempDir Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    static final String ARMS =
            """
            {"hypothesis": {"id": "h", "team": "speech", "statement": "s", "metric": "loss",
                "direction": "LOWER_IS_BETTER", "smallestEffect": 0.1, "alpha": 0.05},
             "experiment": {"id": "pairs", "team": "speech", "seeds": [1, 2],
                "tags": {"model": "small"}, "arms": [
                {"name": "low", "task": "TASK", "config": {"rate": 0.1}, "code": "c", "data": "d"},
                {"name": "high", "task": "TASK", "config": {"rate": 0.5}, "code": "c",
                 "data": "d"}]}}
            """;
    static final String SEARCH =
            """
            {"experiment": {"id": "rates", "team": "vision", "search": {
                "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "GRID", "points": 8,
                "space": [{"name": "rate", "low": 0.0, "high": 2.0}],
                "stop": {"rule": "ASHA", "least": 1, "most": 9, "factor": 3},
                "trial": {"task": "TASK", "code": "c", "data": "d"}}}}
            """;

    static final String MANY =
            """
            {"experiment": {"id": "many", "team": "speech", "seeds": [1, 2],
                "resources": {"cores": 2, "devices": 0},
                "arms": [{"name": "a", "task": "TASK", "code": "c", "data": "d", "config": {
                    "seed": 3, "loss (log)": 1, %s}}]}}
            """
                    .formatted(
                            IntStream.range(0, 118)
                                    .mapToObj(i -> "\"p%d\": %d".formatted(i, i))
                                    .collect(Collectors.joining(", ")));

    /** A loss that falls with the epochs, to a floor that its rate sets. */
    public static final class Curve implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            double rate = (Double) Objects.requireNonNull(context.config().get("rate"));
            for (int epoch = 1; epoch <= 9; epoch++) {
                context.record("loss", epoch, rate + 1.0 / epoch);
                context.report(epoch, rate + 1.0 / epoch);
                if (context.shouldStop()) {
                    return new Outcome.Stopped();
                }
            }
            return new Outcome.Finished(Map.of("loss", rate + 1.0 / 9));
        }
    }

    @BeforeEach
    void work() {
        work(ARMS, SEARCH);
    }

    void work(String... texts) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            Lab lab = new Lab(store, "ada");
            for (String text : texts) {
                Submission submission =
                        Submission.parse(text.replace("TASK", Curve.class.getName()));
                if (!submission.hypotheses().isEmpty()) {
                    lab.register(submission.hypotheses());
                }
                lab.submit(submission.experiment());
            }
            SchedulerOptions options =
                    SchedulerOptions.standard(folder.resolve("store"), Capacity.of(2, 0))
                            .withExecution(new SchedulerOptions.InProcess());
            try (Scheduler scheduler = Scheduler.start(store, options)) {
                scheduler.idle().join();
            }
        }
    }

    void submit(String text) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            new Lab(store, "ada")
                    .submit(
                            Submission.parse(text.replace("TASK", Curve.class.getName()))
                                    .experiment());
        }
    }

    int lab(String... arguments) {
        return labOf(folder.resolve("store").toString(), List.of(arguments));
    }

    int runs(String... arguments) {
        List<String> all = new ArrayList<>(List.of("runs"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--store", folder.resolve("store").toString()));
        return execute(all);
    }

    int labOf(String store, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("lab"));
        all.addAll(arguments);
        all.addAll(List.of("--store", store));
        return execute(all);
    }

    int execute(List<String> all) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }
}
