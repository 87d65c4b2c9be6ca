package dev.retort.examples.plan;

import dev.retort.examples.StatusLine;
import dev.retort.planning.FitObserver;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/** Shows on standard error how a fit gets on that takes longer than two seconds. */
final class FitProgress implements FitObserver {
    private static final long SHORT_NANOS = 2_000_000_000L;

    private final StatusLine line;
    private final LongSupplier nanos;
    private long dueNanos;

    /**
     * Progress of fits that begin now.
     *
     * @param line where it is shown
     * @param nanos a clock in nanoseconds
     */
    FitProgress(StatusLine line, LongSupplier nanos) {
        this.line = line;
        this.nanos = nanos;
        this.dueNanos = nanos.getAsLong() + SHORT_NANOS;
    }

    static FitProgress to(PrintWriter err) {
        return new FitProgress(StatusLine.to(err), System::nanoTime);
    }

    @Override
    public void progressed(Step step, int done, int of) {
        if (done == of) {
            line.clear();
            return;
        }
        long now = nanos.getAsLong();
        if (now - dueNanos >= 0) {
            line.show("Fit: %s %d of %d".formatted(name(step), done, of));
            dueNanos = now + line.periodNanos();
        }
    }

    private static String name(Step step) {
        return switch (step) {
            case START -> "start";
            case REFINEMENT -> "refined end";
            case REPLICATE -> "bootstrap replicate";
            case LEAVING_OUT -> "refit without one run,";
        };
    }
}
