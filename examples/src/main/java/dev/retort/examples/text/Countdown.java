package dev.retort.examples.text;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.SampleReader;
import dev.retort.efficiency.report.Numbers;

import java.io.PrintStream;
import java.util.Locale;

/** Hands on windows to an encoder, and says every five seconds how many it has still to see. */
final class Countdown implements SampleReader {
    private static final long SHOWN_NANOS = 5_000_000_000L;

    private final SampleReader reader;
    private final String title;
    private final long all;
    private final PrintStream out;
    private final long begin = System.nanoTime();
    private long shown = begin;
    private long read;

    /**
     * Creates a reader.
     *
     * @param reader reads the windows
     * @param title what is counted
     * @param all how many there are
     * @param out is told
     */
    Countdown(SampleReader reader, String title, long all, PrintStream out) {
        this.reader = reader;
        this.title = title;
        this.all = all;
        this.out = out;
    }

    @Override
    public NDList read(long[] positions, int view, NDManager owner) {
        long now = System.nanoTime();
        if (now - shown > SHOWN_NANOS) {
            shown = now;
            double perSecond = read * 1e9 / (now - begin);
            out.printf(
                    Locale.ROOT,
                    "%s %s of %s, %s/s%n",
                    title,
                    Numbers.count(Math.min(read, all)),
                    Numbers.count(all),
                    Numbers.count(Math.round(perSecond)));
        }
        read += positions.length;
        return reader.read(positions, view, owner);
    }
}
