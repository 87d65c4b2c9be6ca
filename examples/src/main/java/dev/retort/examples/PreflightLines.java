package dev.retort.examples;

import dev.retort.distill.StudyProgress;
import dev.retort.distill.preflight.ClassCounts;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.preflight.TeacherCheck;
import dev.retort.distill.preflight.TrialRun;
import dev.retort.distill.recipe.Recipe;
import dev.retort.efficiency.report.Numbers;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says what was found out before the first epoch.
 *
 * @param found what was found
 * @param progress how far the seeds are that are to be run
 */
record PreflightLines(Preflight found, StudyProgress progress) {
    /**
     * Says what is about to be done, since data, engine and trial take seconds, unless nothing is
     * to be shown.
     */
    static void announce(Recipe recipe, ProgressKind shown, PrintStream out) {
        if (shown != ProgressKind.NONE) {
            out.printf(
                    "Distilling: %s, %s%nReading the data, loading the engine, trying both networks%n",
                    recipe.name(), seeds(recipe.study().seeds()));
        }
    }

    /** All of it. */
    void print(PrintWriter out) {
        lines().forEach(out::println);
        out.flush();
    }

    /** What there is to know before one waits, unless nothing is to be shown. */
    void printBrief(ProgressKind shown, PrintStream out) {
        if (shown != ProgressKind.NONE) {
            out.println(estimate());
            out.println(memory());
            warnings().forEach(out::println);
        }
    }

    /** An estimate of what the models of a run take on a disk. */
    long bytesSaved() {
        long teacher = found.teacher().map(TrialRun::parameters).orElse(0L);
        // As DJL saves it, and as safetensors.
        return Float.BYTES * (teacher + 2 * found.student().parameters());
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(estimate());
        lines.add(memory());
        peak().ifPresent(lines::add);
        lines.add(data());
        found.teacher().ifPresent(trial -> lines.add(trial("teacher", trial)));
        found.savedTeacher().ifPresent(check -> lines.add(saved(check)));
        lines.add(trial("student", found.student()));
        lines.addAll(warnings());
        return lines;
    }

    private List<String> warnings() {
        return found.warnings().stream().map(warning -> "Warning: " + warning).toList();
    }

    private String estimate() {
        Duration time = found.time(progress);
        if (progress.hasBegun() && time.isZero()) {
            return "Preflight: all trainings are done; what is left is judging them";
        }
        return String.format(
                Locale.ROOT,
                "Preflight: about %s for %s%s at the present load of this machine",
                Numbers.time(time.toNanos() / 1e9),
                progress.hasBegun() ? "the trainings that are left of " : "",
                seeds(progress.seeds().size()));
    }

    private String memory() {
        return "Memory:    %d MiB of data and parameters".formatted(mebibytes(found.bytes()));
    }

    private static String seeds(int count) {
        return count == 1 ? "1 seed" : count + " seeds";
    }

    private Optional<String> peak() {
        return found.peakBytes().stream()
                .mapToObj(
                        peak ->
                                "           up to %d MiB of this process in the trials"
                                        .formatted(mebibytes(peak)))
                .findFirst();
    }

    private static long mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }

    private String data() {
        ClassCounts classes = found.classes();
        return String.format(
                Locale.ROOT,
                "Data:      %,d training samples of shape %s; by class %s",
                found.samples(),
                found.sampleShape(),
                classes.counts().stream().map(Numbers::count).collect(Collectors.joining(", ")));
    }

    private static String saved(TeacherCheck check) {
        return "Teacher:   trained before; right on %s of %d training samples"
                .formatted(Numbers.percent(check.accuracy(), 1), check.samples());
    }

    private static String trial(String name, TrialRun trial) {
        return String.format(
                Locale.ROOT,
                "%-10s %,d parameters; %d steps on one batch take the loss from %.3g to %.2g; %s a step",
                name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + ":",
                trial.parameters(),
                trial.steps(),
                trial.firstLoss(),
                trial.lastLoss(),
                Numbers.time(trial.perStep().toNanos() / 1e9));
    }
}
