package dev.retort.examples;

import org.jline.utils.AttributedString;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** What {@code retort top} shows live. */
final class TopView implements LiveTerminal.View {
    private final TopReader reader;
    private final Duration interval;
    private TopOrder order;
    private TopSnapshot snapshot;

    /**
     * A view.
     *
     * @param reader looks at the machine
     * @param interval the time between two looks
     * @param order the order of the runs at first
     */
    TopView(TopReader reader, Duration interval, TopOrder order) {
        this.reader = reader;
        this.interval = interval;
        this.order = order;
        this.snapshot = reader.look();
    }

    @Override
    public void look() {
        snapshot = reader.look();
    }

    @Override
    public boolean typed(int key) {
        if (key != 's' && key != 'S') {
            return false;
        }
        order = order.next();
        return true;
    }

    @Override
    public List<AttributedString> draw(int columns, int rows) {
        List<String> title =
                List.of(
                        "retort top",
                        "[q]uit",
                        LocalTime.now(ZoneId.systemDefault())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                        "[s]ort: " + order.name().toLowerCase(Locale.ROOT),
                        "every " + Seconds.written(interval),
                        "[space] now");
        return TopScreen.draw(snapshot, order, title, columns, rows);
    }
}
