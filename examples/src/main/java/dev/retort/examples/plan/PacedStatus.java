package dev.retort.examples.plan;

import dev.retort.examples.StatusLine;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Shows on standard error how work gets on that takes longer than two seconds. */
final class PacedStatus {
    private static final long SHORT_NANOS = 2_000_000_000L;

    private final StatusLine line;
    private final LongSupplier nanos;
    private long dueNanos;

    /**
     * The status of work that begins now.
     *
     * @param line where it is shown
     * @param nanos a clock in nanoseconds
     */
    PacedStatus(StatusLine line, LongSupplier nanos) {
        this.line = line;
        this.nanos = nanos;
        this.dueNanos = nanos.getAsLong() + SHORT_NANOS;
    }

    static PacedStatus to(PrintWriter err) {
        return new PacedStatus(StatusLine.to(err), System::nanoTime);
    }

    /** Shows a text unless another was shown just before. */
    void offer(Supplier<String> text) {
        long now = nanos.getAsLong();
        if (now - dueNanos >= 0) {
            line.show(text.get());
            dueNanos = now + line.periodNanos();
        }
    }

    void clear() {
        line.clear();
    }
}
