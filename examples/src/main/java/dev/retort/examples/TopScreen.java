package dev.retort.examples;

import dev.retort.efficiency.report.Numbers;
import dev.retort.efficiency.report.Words;
import dev.retort.efficiency.status.RunStatus;
import dev.retort.examples.TopSnapshot.Gpu;
import dev.retort.examples.TopSnapshot.Machine;
import dev.retort.examples.TopSnapshot.Run;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;

/**
 * What a machine does, as lines that fit a terminal. Text of users is made harmless; wide
 * characters count as the two columns that they take.
 */
final class TopScreen {
    private static final int NARROWEST = 40;
    private static final int STATE = 7;
    private static final int STEP = 9;
    private static final int RATE = 8;
    private static final int SHARE = 7;
    private static final int LOSS = 18;
    private static final int GAPS = 7;
    private static final int SHORTEST_NAME = 14;
    private static final int LONGEST_NAME = 40;
    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle HEAD = PLAIN.bold();
    private static final AttributedStyle DIM = PLAIN.faint();
    private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
    private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
    private static final AttributedStyle ALARM = PLAIN.foreground(AttributedStyle.YELLOW);

    private final TopSnapshot snapshot;
    private final TopOrder order;
    private final int columns;
    private final List<AttributedString> lines = new ArrayList<>();

    private TopScreen(TopSnapshot snapshot, TopOrder order, int columns) {
        this.snapshot = snapshot;
        this.order = order;
        this.columns = Math.max(NARROWEST, columns);
    }

    /**
     * The lines of a snapshot.
     *
     * @param snapshot what to show
     * @param order the order of the runs
     * @param title the first line
     * @param columns the width of the terminal
     * @param rows its height; what does not fit is left out and counted
     */
    static List<AttributedString> draw(
            TopSnapshot snapshot, TopOrder order, String title, int columns, int rows) {
        TopScreen screen = new TopScreen(snapshot, order, columns);
        screen.add(title, HEAD);
        screen.machine(snapshot.machine());
        screen.gpus();
        screen.add("", PLAIN);
        screen.runs(rows);
        return screen.lines;
    }

    private void add(String text, AttributedStyle style) {
        add(new AttributedStringBuilder().append(text, style));
    }

    private void add(AttributedStringBuilder line) {
        lines.add(line.toAttributedString().columnSubSequence(0, columns));
    }

    private void machine(Machine machine) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        line.append("CPU  ", HEAD);
        Double busy = machine.busy();
        line.append(bar(busy, 20));
        line.append(" " + shown(busy, share -> Numbers.percent(share, 1)) + "  ");
        if (machine.coresBusy().size() > 1) {
            StringBuilder cores = new StringBuilder();
            machine.coresBusy().forEach(core -> cores.append(level(core)));
            line.append(Words.cut(cores.toString(), 32) + "  ");
        }
        line.append(
                "%s, %d cores".formatted(Words.plain(machine.processor()), machine.cores()), DIM);
        add(line);
        Long available = machine.memoryAvailableBytes();
        Long all = machine.memoryBytes();
        add(
                new AttributedStringBuilder()
                        .append("MEM  ", HEAD)
                        .append(
                                available == null || all == null || available > all
                                        ? bar(null, 20)
                                        : bar(1 - (double) available / all, 20))
                        .append(
                                " %s available of %s"
                                        .formatted(
                                                available == null
                                                        ? Numbers.ABSENT
                                                        : Numbers.bytes(available),
                                                all == null
                                                        ? Numbers.ABSENT
                                                        : Numbers.bytes(all))));
    }

    private void gpus() {
        String absent = snapshot.gpusAbsent();
        if (snapshot.gpus().isEmpty()) {
            add(
                    new AttributedStringBuilder()
                            .append("GPU  ", HEAD)
                            .append("none: " + Words.plain(absent == null ? "" : absent), DIM));
            return;
        }
        for (int i = 0; i < snapshot.gpus().size(); i++) {
            Gpu gpu = snapshot.gpus().get(i);
            AttributedStringBuilder line = new AttributedStringBuilder();
            line.append("GPU%-2d".formatted(i), HEAD);
            if (gpu.lost() != null) {
                add(line.append("lost: " + Words.plain(gpu.lost()), BAD));
                continue;
            }
            line.append(bar(gpu.busy(), 20));
            line.append(" " + shown(gpu.busy(), share -> Numbers.percent(share, 1)));
            line.append(
                    "  %s/%s  %s/%s W  %s  %s/%s MHz  "
                            .formatted(
                                    shown(gpu.memoryUsedBytes(), TopScreen::bytes),
                                    shown(gpu.memoryBytes(), TopScreen::bytes),
                                    shown(gpu.watts(), TopScreen::whole),
                                    shown(gpu.wattsLimit(), TopScreen::whole),
                                    shown(gpu.celsius(), degrees -> whole(degrees) + " °C"),
                                    shown(gpu.smHertz(), hertz -> whole(hertz * 1e-6)),
                                    shown(gpu.memoryHertz(), hertz -> whole(hertz * 1e-6))));
            List<String> reasons =
                    gpu.clockEventReasons().stream()
                            .filter(one -> !one.equals("IDLE"))
                            .map(Words::of)
                            .toList();
            line.append(String.join(", ", reasons), ALARM);
            line.append((reasons.isEmpty() ? "" : "  ") + Words.plain(gpu.name()), DIM);
            add(line);
        }
        if (absent != null) {
            add("     " + Words.plain(absent), DIM);
        }
    }

    private void runs(int rows) {
        if (snapshot.runsAbsent() != null) {
            add("The runs cannot be read: " + Words.plain(snapshot.runsAbsent()), BAD);
            return;
        }
        if (snapshot.runs().isEmpty()) {
            add("No runs. A run shows up here if it is opened with RunOptions.publish().", PLAIN);
            add("Looked in " + Words.plain(snapshot.folder()), DIM);
            return;
        }
        int name =
                Math.clamp(
                        columns - STATE - STEP - RATE - 2 * SHARE - LOSS - GAPS,
                        SHORTEST_NAME,
                        LONGEST_NAME);
        add(
                row(
                        name,
                        "RUN",
                        new AttributedString("STATE", HEAD),
                        "STEP",
                        "ITEMS/S",
                        "GOOD",
                        "PENDING",
                        "MOST LOST TO",
                        HEAD));
        List<Run> sorted = snapshot.runs().stream().sorted(order.comparator()).toList();
        for (int i = 0; i < sorted.size(); i++) {
            int before = lines.size();
            run(name, sorted.get(i));
            boolean last = i == sorted.size() - 1;
            // One line is kept for the count of those that are left out.
            if (lines.size() > (last ? rows : rows - 1)) {
                while (lines.size() > Math.min(before, rows - 1)) {
                    lines.removeLast();
                }
                add("… and %d more".formatted(sorted.size() - i), DIM);
                return;
            }
        }
    }

    private void run(int name, Run run) {
        RunStatus status = run.status();
        String state =
                switch (run.state()) {
                    case "ENDED" -> ended(status.outcome());
                    case "RUNNING" -> run.isSilent() ? "silent" : "running";
                    default -> run.state().toLowerCase(Locale.ROOT);
                };
        AttributedStyle colour =
                switch (state) {
                    case "running" -> GOOD;
                    case "silent" -> ALARM;
                    case "lost", "failed" -> BAD;
                    default -> DIM;
                };
        add(
                row(
                        name,
                        Words.plain(status.name()),
                        new AttributedString(state, colour),
                        Numbers.count(status.steps()),
                        run.isSilent()
                                ? Numbers.ABSENT
                                : shown(status.itemsPerSecond(), TopScreen::rate),
                        shown(run.goodput(), share -> Numbers.percent(share, 1)),
                        shown(run.pending(), share -> Numbers.percent(share, 1)),
                        run.biggestLoss() == null
                                ? Numbers.ABSENT
                                : Words.of(Words.plain(run.biggestLoss()))
                                        + " "
                                        + shown(
                                                run.biggestLossShare(),
                                                share -> Numbers.percent(share, 1)),
                        PLAIN));
        details(run);
    }

    /** What does not need a column, wrapped below the row. */
    private void details(Run run) {
        RunStatus status = run.status();
        List<String> parts = new ArrayList<>();
        if (run.state().equals("LOST")) {
            parts.add(
                    "process died, last seen %s ago"
                            .formatted(Numbers.time(run.secondsSinceWritten())));
        }
        if (run.isSilent()) {
            // Its process is there: it was stopped, or cannot write.
            parts.add(
                    "nothing new for %s; as it was then"
                            .formatted(Numbers.time(run.secondsSinceWritten())));
        }
        parts.add(verdict(status.verdict()));
        parts.add("MFU " + shown(status.mfu(), share -> Numbers.percent(share, 1)));
        parts.add("JVM " + shown(status.jvmShare(), share -> Numbers.percent(share, 1)));
        if (run.state().equals("RUNNING") && !run.isSilent()) {
            parts.add("CPU " + shown(status.cpuShare(), share -> Numbers.percent(share, 0)));
            Long bytes = status.residentBytes();
            parts.add(bytes == null ? "memory —" : Numbers.bytes(bytes));
        }
        Double commit = run.secondsSinceCommit();
        parts.add(commit == null ? "no commit" : "commit " + Numbers.time(commit) + " ago");
        parts.add("pid " + status.process().pid());
        parts.add(Numbers.time(status.elapsedNanos() * 1e-9));
        if (!status.anomalies().isEmpty()) {
            parts.add("anomalies " + status.anomalies().values().stream().mapToLong(n -> n).sum());
        }
        for (Map.Entry<String, String> tag : new TreeMap<>(status.tags()).entrySet()) {
            parts.add(Words.plain(tag.getKey()) + "=" + Words.plain(tag.getValue()));
        }
        StringBuilder line = new StringBuilder(" ");
        for (String part : parts) {
            if (width(line.toString()) + width(part) + 3 > columns && line.length() > 1) {
                add(line.toString(), DIM);
                line = new StringBuilder(" ");
            }
            line.append(line.length() > 1 ? " · " : " ").append(part);
        }
        add(line.toString(), DIM);
    }

    private static String verdict(RunStatus.@Nullable Bound verdict) {
        if (verdict == null) {
            return "no verdict yet";
        }
        String bound = Words.of(Words.plain(verdict.bottleneck()));
        Double gain = verdict.largestGain();
        return verdict.severity().equals("NONE")
                ? bound + "-bound"
                : bound + "-bound, " + (gain == null ? "gain without bound" : Numbers.gain(gain));
    }

    private static String ended(String outcome) {
        return outcome.equals("SUCCEEDED") ? "ended" : Words.of(Words.plain(outcome));
    }

    private AttributedStringBuilder row(
            int name,
            String run,
            AttributedString state,
            String step,
            String rate,
            String good,
            String pending,
            String loss,
            AttributedStyle style) {
        return new AttributedStringBuilder()
                .append(left(run, name), style)
                .append(" ")
                .append(state.columnSubSequence(0, STATE))
                .append(" ".repeat(Math.max(0, STATE - state.columnLength())))
                .append(" " + right(step, STEP), style)
                .append(" " + right(rate, RATE), style)
                .append(" " + right(good, SHARE), style)
                .append(" " + right(pending, SHARE), style)
                .append("  " + loss, style);
    }

    private static AttributedString bar(@Nullable Double share, int width) {
        int filled = share == null ? 0 : (int) Math.round(width * Math.clamp(share, 0, 1));
        AttributedStyle style = share != null && share > 0.9 ? ALARM : GOOD;
        return new AttributedStringBuilder()
                .append("[")
                .append("|".repeat(filled), style)
                .append(" ".repeat(width - filled))
                .append("]")
                .toAttributedString();
    }

    private static char level(double share) {
        return LEVELS.charAt((int) Math.clamp(share * LEVELS.length(), 0, LEVELS.length() - 1));
    }

    private static String shown(@Nullable Double value, DoubleFunction<String> format) {
        return value == null ? Numbers.ABSENT : format.apply(value);
    }

    private static String rate(double perSecond) {
        return perSecond < 100
                ? String.format(Locale.ROOT, "%.1f", perSecond)
                : Numbers.count(Math.round(perSecond));
    }

    private static String bytes(double bytes) {
        return Numbers.bytes(Math.round(bytes));
    }

    private static String whole(double value) {
        return Long.toString(Math.round(value));
    }

    private static int width(String text) {
        return new AttributedString(text).columnLength();
    }

    private static String left(String text, int width) {
        AttributedString all = new AttributedString(text);
        String cut =
                all.columnLength() <= width
                        ? text
                        : all.columnSubSequence(0, width - 1).toString() + "…";
        return cut + " ".repeat(Math.max(0, width - width(cut)));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
