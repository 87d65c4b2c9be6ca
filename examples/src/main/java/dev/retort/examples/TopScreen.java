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
import java.util.stream.Collectors;

/**
 * What a machine does, as lines that fit a terminal: what has no room is left out whole, the least
 * important first, and only text is ever cut, which shows. Text of users is made harmless; wide
 * characters count as the two columns that they take.
 */
final class TopScreen {
    /** As wide as a short name and a state. */
    private static final int NARROWEST = 16;

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
    private final TopLines lines;

    private TopScreen(TopSnapshot snapshot, TopOrder order, int columns) {
        this.snapshot = snapshot;
        this.order = order;
        this.columns = Math.max(NARROWEST, columns);
        lines = new TopLines(this.columns);
    }

    /**
     * The lines of a snapshot.
     *
     * @param snapshot what to show
     * @param order the order of the runs
     * @param title the parts of the first line, the most important first
     * @param columns the width of the terminal
     * @param rows its height; what does not fit is left out and counted
     */
    static List<AttributedString> draw(
            TopSnapshot snapshot, TopOrder order, List<String> title, int columns, int rows) {
        TopScreen screen = new TopScreen(snapshot, order, columns);
        screen.title(title);
        screen.processor(snapshot.machine());
        screen.memory(snapshot.machine());
        screen.gpus();
        screen.lines.add("", PLAIN);
        screen.runs(rows);
        return screen.lines.all();
    }

    private void title(List<String> parts) {
        List<TopLines.Part> rest = new ArrayList<>();
        for (int i = 1; i < parts.size(); i++) {
            rest.add(new TopLines.Part(parts.get(i), HEAD, i));
        }
        lines.add(new AttributedStringBuilder().append(parts.getFirst(), HEAD), rest);
    }

    private void processor(Machine machine) {
        AttributedStringBuilder line = head("CPU  ", machine.busy());
        line.append(shown(machine.busy(), share -> Numbers.percent(share, 1)));
        StringBuilder levels = new StringBuilder();
        machine.coresBusy().forEach(core -> levels.append(level(core)));
        lines.add(
                line,
                List.of(
                        new TopLines.Part(
                                levels.length() > 1 ? Words.cut(levels.toString(), 32) : "",
                                PLAIN,
                                1),
                        new TopLines.Part(machine.cores() + " cores", DIM, 0),
                        new TopLines.Part(Words.plain(machine.processor()), DIM, 2)));
    }

    private void memory(Machine machine) {
        Long available = machine.memoryAvailableBytes();
        Long all = machine.memoryBytes();
        @Nullable Double used =
                available == null || all == null || available > all
                        ? null
                        : Double.valueOf(1 - (double) available / all);
        lines.add(
                head("MEM  ", used)
                        .append(
                                "%s available of %s"
                                        .formatted(
                                                available == null
                                                        ? Numbers.ABSENT
                                                        : Numbers.bytes(available),
                                                all == null
                                                        ? Numbers.ABSENT
                                                        : Numbers.bytes(all))));
    }

    /** What a line begins with; in a narrow terminal the bar makes room for the numbers. */
    private AttributedStringBuilder head(String label, @Nullable Double share) {
        AttributedStringBuilder line = new AttributedStringBuilder().append(label, HEAD);
        int width = columns >= 60 ? 20 : columns >= 48 ? 10 : 0;
        return width == 0 ? line : line.append(bar(share, width)).append(" ");
    }

    private void gpus() {
        String absent = snapshot.gpusAbsent();
        if (snapshot.gpus().isEmpty()) {
            lines.add(
                    new AttributedStringBuilder()
                            .append("GPU  ", HEAD)
                            .append("none: " + Words.plain(absent == null ? "" : absent), DIM));
            return;
        }
        for (int i = 0; i < snapshot.gpus().size(); i++) {
            Gpu gpu = snapshot.gpus().get(i);
            String label = "GPU%-2d".formatted(i);
            if (gpu.lost() == null) {
                gpu(label, gpu);
            } else {
                lines.add(
                        new AttributedStringBuilder()
                                .append(label, HEAD)
                                .append("lost: " + Words.plain(gpu.lost()), BAD));
            }
        }
        if (absent != null) {
            lines.add("     " + Words.plain(absent), DIM);
        }
    }

    private void gpu(String label, Gpu gpu) {
        AttributedStringBuilder line = head(label, gpu.busy());
        line.append(shown(gpu.busy(), share -> Numbers.percent(share, 1)));
        String memory =
                shown(gpu.memoryUsedBytes(), TopScreen::bytes)
                        + "/"
                        + shown(gpu.memoryBytes(), TopScreen::bytes);
        String watts =
                shown(gpu.watts(), TopScreen::whole)
                        + "/"
                        + shown(gpu.wattsLimit(), TopScreen::whole)
                        + " W";
        String clocks =
                shown(gpu.smHertz(), hertz -> whole(hertz * 1e-6))
                        + "/"
                        + shown(gpu.memoryHertz(), hertz -> whole(hertz * 1e-6))
                        + " MHz";
        String reasons =
                gpu.clockEventReasons().stream()
                        .filter(one -> !one.equals("IDLE"))
                        .map(Words::of)
                        .collect(Collectors.joining(", "));
        lines.add(
                line,
                List.of(
                        new TopLines.Part(memory, PLAIN, 0),
                        new TopLines.Part(watts, PLAIN, 2),
                        new TopLines.Part(
                                shown(gpu.celsius(), heat -> whole(heat) + " °C"), PLAIN, 3),
                        new TopLines.Part(clocks, PLAIN, 4),
                        new TopLines.Part(reasons, ALARM, 1),
                        new TopLines.Part(Words.plain(gpu.name()), DIM, 5)));
    }

    private void runs(int rows) {
        if (snapshot.runsAbsent() != null) {
            lines.wrap("The runs cannot be read: " + Words.plain(snapshot.runsAbsent()), BAD);
            return;
        }
        if (snapshot.runs().isEmpty()) {
            lines.wrap(
                    "No runs. A run shows up here if it is opened with RunOptions.publish().",
                    PLAIN);
            lines.wrap("Looked in " + Words.plain(snapshot.folder()), DIM);
            return;
        }
        TopColumns table = new TopColumns(snapshot.runs(), columns);
        lines.add(row(table, "RUN", new AttributedString("STATE", HEAD), table.heads(), HEAD));
        List<Run> sorted = snapshot.runs().stream().sorted(order.comparator()).toList();
        for (int i = 0; i < sorted.size(); i++) {
            int before = lines.size();
            run(table, sorted.get(i));
            boolean last = i == sorted.size() - 1;
            // One line is kept for the count of those that are left out.
            if (lines.size() > (last ? rows : rows - 1)) {
                while (lines.size() > Math.min(before, rows - 1)) {
                    lines.removeLast();
                }
                lines.add("… and %d more".formatted(sorted.size() - i), DIM);
                return;
            }
        }
    }

    private void run(TopColumns table, Run run) {
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
        lines.add(
                row(
                        table,
                        Words.plain(status.name()),
                        new AttributedString(state, colour),
                        table.cells(run),
                        PLAIN));
        details(run, table.leftOut(run));
    }

    /** What does not need a column, wrapped below the row. */
    private void details(Run run, List<String> leftOut) {
        RunStatus status = run.status();
        List<String> parts = new ArrayList<>(leftOut);
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
            String text = Words.plain(tag.getKey()) + "=" + Words.plain(tag.getValue());
            parts.add(TopLines.left(text, columns - 2).stripTrailing());
        }
        StringBuilder line = new StringBuilder(" ");
        for (String part : parts) {
            if (TopLines.width(line.toString()) + TopLines.width(part) + 3 > columns
                    && line.length() > 1) {
                lines.wrap(line.toString(), DIM);
                line = new StringBuilder(" ");
            }
            line.append(line.length() > 1 ? " · " : " ").append(part);
        }
        lines.wrap(line.toString(), DIM);
    }

    private static String verdict(RunStatus.@Nullable Bound verdict) {
        if (verdict == null) {
            return "no verdict yet";
        }
        String bound = Words.bound(Words.plain(verdict.bottleneck()));
        Double gain = verdict.largestGain();
        return verdict.severity().equals("NONE")
                ? bound
                : bound + ", " + (gain == null ? "gain without bound" : Numbers.gain(gain));
    }

    private static String ended(String outcome) {
        return outcome.equals("SUCCEEDED") ? "ended" : Words.of(Words.plain(outcome));
    }

    private static AttributedStringBuilder row(
            TopColumns table,
            String run,
            AttributedString state,
            String cells,
            AttributedStyle style) {
        return new AttributedStringBuilder()
                .append(TopLines.left(run, table.name()), style)
                .append(" ")
                .append(state.columnSubSequence(0, TopColumns.STATE))
                .append(" ".repeat(Math.max(0, TopColumns.STATE - state.columnLength())))
                .append(cells.stripTrailing(), style);
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

    private static String bytes(double bytes) {
        return Numbers.bytes(Math.round(bytes));
    }

    private static String whole(double value) {
        return Long.toString(Math.round(value));
    }
}
