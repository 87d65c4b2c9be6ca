package dev.retort.examples;

import dev.retort.distill.Role;
import dev.retort.distill.StudyObserver;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.TeacherCache;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.efficiency.report.Numbers;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Shows on standard error how a study gets on: a bar that is redrawn at most ten times a second, or
 * a plain line every ten seconds. One line stays for each training that ended.
 */
final class ConsoleProgress implements StudyObserver, AutoCloseable {
    private static final int NARROWEST_BAR = 8;
    private static final int WIDEST_BAR = 30;

    private final ProgressKind kind;
    private final PrintStream out;
    private final StatusLine line;
    private final long firstSeed;
    private final int seeds;
    private final Map<Role, IOException> unsaved = new EnumMap<>(Role.class);

    private ConsoleProgress(
            ProgressKind kind, PrintStream out, int columns, long firstSeed, int seeds) {
        this.kind = kind;
        this.out = out;
        PrintWriter writer = new PrintWriter(out, false, out.charset());
        this.line = new StatusLine(writer, kind == ProgressKind.BAR, columns);
        this.firstSeed = firstSeed;
        this.seeds = seeds;
    }

    /** Decides how to show progress. */
    static ConsoleProgress open(ProgressKind wanted, long firstSeed, int seeds) {
        ProgressKind kind =
                wanted != ProgressKind.AUTO
                        ? wanted
                        : StatusLine.isTerminal() ? ProgressKind.BAR : ProgressKind.PLAIN;
        return new ConsoleProgress(
                kind, System.err, StatusLine.terminalColumns(), firstSeed, seeds);
    }

    /** For tests: writes to a given stream. */
    static ConsoleProgress to(PrintStream out, ProgressKind kind, int columns, int seeds) {
        return new ConsoleProgress(kind, out, columns, 1, seeds);
    }

    @Override
    public TrainingObserver trainingBegins(long seed, Role role) {
        if (kind == ProgressKind.NONE) {
            return TrainingObserver.NONE;
        }
        String title =
                String.format(
                        Locale.ROOT, "%d/%d %-17s", seed - firstSeed + 1, seeds, role.label());
        return new TrainingLine(title);
    }

    @Override
    public void softLabelsOpened(long seed, CacheFolder.Opened outputs) {
        if (kind == ProgressKind.NONE) {
            return;
        }
        clear();
        TeacherCache cache = outputs.cache();
        out.printf(
                Locale.ROOT,
                "%d/%d %-17s %s, drift %.2g of %.2g allowed%n",
                seed - firstSeed + 1,
                seeds,
                "teacher outputs",
                cache.rowsAsked() == 0
                        ? "read from the cache"
                        : "%d of %d stored".formatted(cache.rowsAsked(), cache.key().rows()),
                outputs.drift().largest(),
                outputs.drift().allowed());
    }

    /** Says so at once, and whatever is shown; the study goes on. */
    @Override
    public void modelNotSaved(Role role, IOException failure) {
        clear();
        out.printf("Warning: %s; the study goes on%n", failure.getMessage());
        unsaved.put(role, failure);
    }

    /** The models that could not be saved, and why; empty if all were. */
    Map<Role, IOException> unsaved() {
        return Collections.unmodifiableMap(unsaved);
    }

    @Override
    public void close() {
        clear();
    }

    /** Takes the bar away. */
    void clear() {
        line.clear();
    }

    /** Shows one training. */
    private final class TrainingLine implements TrainingObserver {
        private final String title;
        private long shownNanos = System.nanoTime();
        private String accuracy = "-";

        TrainingLine(String title) {
            this.title = title;
        }

        @Override
        public void progressed(Progress progress) {
            if (System.nanoTime() - shownNanos < line.periodNanos()) {
                return;
            }
            shownNanos = System.nanoTime();
            line.show(kind == ProgressKind.BAR ? bar(progress) : title + " " + figures(progress));
        }

        @Override
        public void epochEnded(EpochRecord epoch) {
            accuracy = accuracy(epoch);
        }

        @Override
        public void trainingEnded(List<EpochRecord> epochs, int bestEpoch) {
            clear();
            EpochRecord best = epochs.get(bestEpoch - 1);
            out.printf(
                    Locale.ROOT,
                    "%s %s, best epoch %d of %d, loss %.4f, val %s%n",
                    title,
                    Numbers.time(epochs.getLast().elapsed().toNanos() / 1e9),
                    bestEpoch,
                    epochs.size(),
                    best.trainLoss(),
                    accuracy(best));
        }

        private static String accuracy(EpochRecord epoch) {
            return epoch.validation().map(v -> Numbers.percent(v.accuracy(), 1)).orElse("-");
        }

        private String bar(Progress progress) {
            String figures = figures(progress);
            if (barWidth(figures) < NARROWEST_BAR) {
                figures = shortFigures(progress);
            }
            int width = Math.min(barWidth(figures), WIDEST_BAR);
            if (width < 1) {
                return title + " " + figures;
            }
            int filled = (int) (width * progress.step() / progress.totalSteps());
            return title + " [" + "=".repeat(filled) + " ".repeat(width - filled) + "] " + figures;
        }

        /** What is left of a line beside title, brackets, blanks and the cursor. */
        private int barWidth(String figures) {
            return line.columns() - title.length() - figures.length() - 5;
        }

        private String figures(Progress progress) {
            return String.format(
                    Locale.ROOT,
                    "epoch %d/%d  loss %.4f  val %s  %s samples/s  %s left",
                    progress.epoch(),
                    progress.epochs(),
                    progress.loss(),
                    accuracy,
                    samplesPerSecond(progress),
                    timeLeft(progress));
        }

        private String shortFigures(Progress progress) {
            return String.format(
                    Locale.ROOT,
                    "%d/%d loss %.3f val %s %s/s %s",
                    progress.epoch(),
                    progress.epochs(),
                    progress.loss(),
                    accuracy,
                    samplesPerSecond(progress),
                    timeLeft(progress));
        }

        private static String samplesPerSecond(Progress progress) {
            return Numbers.count(Math.round(progress.samples() / seconds(progress)));
        }

        private static String timeLeft(Progress progress) {
            long steps = progress.totalSteps() - progress.step();
            return Numbers.time(seconds(progress) * steps / progress.step());
        }

        private static double seconds(Progress progress) {
            return progress.elapsed().toNanos() / 1e9;
        }
    }
}
