package dev.retort.examples.lab;

import dev.retort.examples.LiveTerminal;
import dev.retort.examples.TextTable;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The runs of a store, as lines: those that work first, then those that ended last. */
final class LabView implements LiveTerminal.View {
    private static final int ENDED = 10;
    private static final int REASON = 48;

    private final EventStore store;
    private final String name;
    private List<RunView> runs;

    LabView(EventStore store, String name) {
        this.store = store;
        this.name = name;
        this.runs = read();
    }

    private List<RunView> read() {
        return store.read(state -> List.copyOf(state.runs()));
    }

    @Override
    public void look() {
        store.refresh();
        runs = read();
    }

    @Override
    public List<AttributedString> draw(int columns, int rows) {
        Map<RunState, Integer> counts = new TreeMap<>();
        runs.forEach(view -> counts.merge(view.state(), 1, Integer::sum));
        String summary =
                counts.entrySet().stream()
                        .map(each -> each.getValue() + " " + lower(each.getKey().name()))
                        .collect(Collectors.joining(", "));
        List<AttributedString> lines = new ArrayList<>();
        lines.add(
                new AttributedString(
                        "retort lab watch  " + name + "  [q]uit", AttributedStyle.BOLD));
        lines.add(new AttributedString(summary.isEmpty() ? "no runs" : summary));
        lines.add(new AttributedString(""));
        Instant now = Instant.now();
        List<RunView> shown = new ArrayList<>();
        runs.stream().filter(view -> view.state().isActive()).forEach(shown::add);
        int active = shown.size();
        runs.stream()
                .filter(view -> view.state().isFinal())
                .sorted(Comparator.comparingLong(RunView::sinceMillis).reversed())
                .limit(ENDED)
                .forEach(shown::add);
        List<String> table = table(shown, now);
        for (int i = 0; i < table.size(); i++) {
            boolean working = i > 0 && i <= active;
            lines.add(
                    new AttributedString(
                            table.get(i),
                            i == 0
                                    ? AttributedStyle.DEFAULT.faint()
                                    : working
                                            ? AttributedStyle.DEFAULT.foreground(
                                                    AttributedStyle.GREEN)
                                            : AttributedStyle.DEFAULT));
        }
        return lines.stream()
                .limit(rows)
                .map(line -> line.length() > columns ? line.subSequence(0, columns) : line)
                .toList();
    }

    private static List<String> table(List<RunView> shown, Instant now) {
        TextTable table =
                new TextTable(
                        List.of("run", "state", "for", "attempt", "epochs", "value", "where, why"));
        for (RunView view : shown) {
            RunReported report = view.report();
            Duration since = Duration.between(Instant.ofEpochMilli(view.sinceMillis()), now);
            table.row(
                    List.of(
                            view.run().id(),
                            lower(view.state().name()),
                            written(since),
                            view.lastAttempt()
                                    .map(Attempt::number)
                                    .map(String::valueOf)
                                    .orElse("—"),
                            report == null ? "—" : Integer.toString(report.epochs()),
                            value(view),
                            shortened(view.reason())));
        }
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text, true));
        return text.toString().lines().toList();
    }

    private static String shortened(String reason) {
        return reason.length() <= REASON ? reason : reason.substring(0, REASON - 1) + "…";
    }

    private static String value(RunView view) {
        RunReported report = view.report();
        if (report != null) {
            return String.format(Locale.ROOT, "%.5g", report.value());
        }
        return view.values().values().stream()
                .findFirst()
                .map(value -> String.format(Locale.ROOT, "%.5g", value))
                .orElse("—");
    }

    private static String written(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
