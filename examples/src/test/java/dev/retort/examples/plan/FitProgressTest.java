package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.examples.StatusLine;
import dev.retort.planning.FitObserver.Step;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Standard error of tests is no terminal: a line each ten seconds. */
class FitProgressTest {
    private final StringWriter err = new StringWriter();
    private long nanos = 5;
    private final FitProgress progress =
            new FitProgress(new PacedStatus(StatusLine.to(new PrintWriter(err)), () -> nanos));

    private void after(double seconds, Step step, int done) {
        nanos = 5 + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        progress.progressed(step, done, 200);
    }

    @Test
    void aFitOfUnderTwoSecondsIsSilent() {
        after(0, Step.START, 1);
        after(1.9, Step.REPLICATE, 199);
        after(1.99, Step.REPLICATE, 200);
        assertEquals("", err.toString());
    }

    @Test
    void aLongOneSaysWhatItDoes() {
        after(2.1, Step.START, 17);
        after(3, Step.START, 40);
        after(12.2, Step.REFINEMENT, 80);
        after(23, Step.REPLICATE, 120);
        after(34, Step.LEAVING_OUT, 7);
        after(45, Step.LEAVING_OUT, 200);
        assertEquals(
                List.of(
                        "Fit: start 17 of 200",
                        "Fit: refined end 80 of 200",
                        "Fit: bootstrap replicate 120 of 200",
                        "Fit: refit without one run, 7 of 200"),
                err.toString().lines().toList());
    }
}
