package dev.retort.examples.lab;

import dev.retort.examples.LiveTerminal;
import dev.retort.examples.TextTable;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.lab.Lab;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The runs of a store, as lines: those that work first, then those that ended last. */
final class LabView implements LiveTerminal.View {
    /** How many of those that ended are shown where no height sets a limit. */
    private static final int ENDED = 10;

    /** The lines above the runs: title, counts, a blank one and the heads of the columns. */
    private static final int ABOVE = 4;

    private static final int REASON = 56;

    private final Lab lab;
    private final EventStore store;
    private final String title;
    private Standing standing;
    private List<RunView> runs;

    /**
     * A view of what is there now.
     *
     * @param name that of the store
     * @param live whether it is looked at until a key ends it
     */
    LabView(Lab lab, EventStore store, String name, boolean live) {
        this.lab = lab;
        this.store = store;
        this.title = "retort lab watch  " + name + (live ? "  [q]uit" : "");
        this.standing = Standing.of(store);
        this.runs = read();
    }

    private List<RunView> read() {
        return store.read(state -> List.copyOf(state.runs()));
    }

    @Override
    public void look() {
        store.refresh();
        standing = Standing.of(store);
        runs = read();
    }

    @Override
    public List<AttributedString> draw(int columns, int rows) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(new AttributedString(title, AttributedStyle.BOLD));
        lines.add(new AttributedString(summary()));
        lines.add(new AttributedString(""));
        Instant now = Instant.now();
        List<RunView> all = new ArrayList<>();
        runs.stream().filter(view -> view.state().isActive()).forEach(all::add);
        int active = all.size();
        runs.stream()
                .filter(view -> view.state().isFinal())
                .sorted(Comparator.comparingLong(RunView::sinceMillis).reversed())
                .forEach(all::add);
        int room = rows == Integer.MAX_VALUE ? active + ENDED + 1 : Math.max(1, rows - ABOVE);
        List<RunView> shown = all.size() <= room ? all : all.subList(0, room - 1);
        List<String> table = table(shown, now);
        for (int i = 0; i < table.size(); i++) {
            boolean working = i > 0 && i <= active && !standing.lost().contains(shown.get(i - 1));
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
        if (shown.size() < all.size()) {
            lines.add(new AttributedString(all.size() - shown.size() + " more"));
        }
        return lines.stream()
                .limit(rows)
                .map(line -> line.length() > columns ? line.subSequence(0, columns) : line)
                .toList();
    }

    /** How many runs are in which state; one that nobody works on is in none of them. */
    private String summary() {
        Map<RunState, Integer> counts = new TreeMap<>();
        int lost = 0;
        for (RunView view : runs) {
            if (standing.lost().contains(view)) {
                lost++;
            } else {
                counts.merge(view.state(), 1, Integer::sum);
            }
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((state, count) -> parts.add(count + " " + Texts.words(state)));
        if (lost > 0) {
            parts.add(lost + (lost == 1 ? " run" : " runs") + " whose scheduler is gone");
        }
        return parts.isEmpty() ? "no runs" : String.join(", ", parts);
    }

    private List<String> table(List<RunView> shown, Instant now) {
        TextTable table =
                new TextTable(
                        List.of("run", "state", "for", "attempt", "epochs", "value", "where, why"));
        for (RunView view : shown) {
            RunReported report = view.report();
            Duration since = Duration.between(Instant.ofEpochMilli(view.sinceMillis()), now);
            table.row(
                    List.of(
                            view.run().id(),
                            Texts.words(view.state()),
                            Texts.length(since),
                            view.lastAttempt()
                                    .map(Attempt::number)
                                    .map(String::valueOf)
                                    .orElse("—"),
                            report == null ? "—" : Integer.toString(report.epochs()),
                            value(view),
                            why(view)));
        }
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text, true));
        return text.toString().lines().toList();
    }

    private String why(RunView view) {
        String reason = standing.reason(view);
        return reason.length() <= REASON ? reason : reason.substring(0, REASON - 1) + "…";
    }

    /** The result for the metric that it was run for, or what it reported last without one. */
    private String value(RunView view) {
        Optional<Double> result =
                lab.experiment(view.run().experiment())
                        .flatMap(lab::metricOf)
                        .map(view.values()::get);
        Optional<Double> reported = Optional.ofNullable(view.report()).map(RunReported::value);
        return result.or(() -> reported).map(Texts::number).orElse("—");
    }
}
