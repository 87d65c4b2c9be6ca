package dev.retort.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file to be submitted, and the command line over a store that is empty. */
abstract class LabFiles {
    @TempDir Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    /** Gives its seed back. */
    public static final class Echo implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("seed", (double) context.seed()));
        }
    }

    int submit() throws IOException {
        return lab("submit", experiment().toString());
    }

    Path experiment() throws IOException {
        return Files.writeString(
                folder.resolve("experiment.json"),
                """
                {"hypothesis": {"id": "h", "team": "t", "statement": "s", "metric": "seed",
                    "direction": "HIGHER_IS_BETTER", "smallestEffect": 1, "alpha": 0.05},
                 "experiment": {"id": "e", "team": "t", "seeds": [1],
                    "arms": [{"name": "a", "task": "TASK", "code": "c", "data": "d"},
                        {"name": "b", "task": "TASK", "code": "c", "data": "other"}]}}
                """
                        .replace("TASK", Echo.class.getName()));
    }

    int lab(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "lab";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--store";
        all[all.length - 1] = folder.resolve("store").toString();
        return run(all);
    }

    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }
}
