package dev.retort.examples.plan;

import dev.retort.planning.FitObserver;

import java.io.PrintWriter;

/**
 * Shows how a fit gets on.
 *
 * @param status where
 */
record FitProgress(PacedStatus status) implements FitObserver {
    static FitProgress to(PrintWriter err) {
        return new FitProgress(PacedStatus.to(err));
    }

    @Override
    public void progressed(Step step, int done, int of) {
        if (done == of) {
            status.clear();
        } else {
            status.offer(() -> "Fit: %s %d of %d".formatted(name(step), done, of));
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
