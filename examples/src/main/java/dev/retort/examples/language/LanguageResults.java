package dev.retort.examples.language;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.planning.PlanningException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finished runs in a CSV file, as {@code ./retort plan fit} reads it. A run that is in the file is
 * not made again, and a kill costs the run at hand alone.
 */
final class LanguageResults {
    private static final String HEAD = "run,params,tokens,schedule_tokens,loss_nats,seconds";

    private final Path file;
    private final List<String> lines;

    private LanguageResults(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param made what the runs train on and how, which is the file's first line
     * @throws PlanningException if the runs in it were made otherwise
     */
    static LanguageResults open(Path file, String made) throws IOException {
        String first = "# " + made;
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new LanguageResults(file, new ArrayList<>(List.of(first, HEAD)));
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        if (lines.size() < 2 || !lines.get(0).equals(first) || !lines.get(1).equals(HEAD)) {
            throw new PlanningException(
                    "expected runs on %s in %s, found %s"
                            .formatted(made, file, lines.isEmpty() ? "nothing" : lines.get(0)));
        }
        return new LanguageResults(file, lines);
    }

    boolean has(LanguageRun run) {
        return lines.stream().anyMatch(line -> line.startsWith(run.name() + ","));
    }

    /** The loss of a run that is in the file. */
    double loss(LanguageRun run) {
        String line =
                lines.stream()
                        .filter(each -> each.startsWith(run.name() + ","))
                        .findFirst()
                        .orElseThrow();
        return Double.parseDouble(line.split(",", -1)[4]);
    }

    void add(LanguageRun run, LanguageTraining.Outcome outcome) throws IOException {
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%s,%d,%d,%d,%.5f,%.1f",
                        run.name(),
                        run.shape().multipliedParameters(),
                        run.tokens(),
                        run.tokens(),
                        outcome.loss(),
                        outcome.seconds()));
        AtomicFile.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
