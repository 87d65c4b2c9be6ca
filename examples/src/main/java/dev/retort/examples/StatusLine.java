package dev.retort.examples;

import java.io.PrintWriter;

/**
 * The line that tells how work gets on: on a terminal one that is redrawn at most ten times a
 * second, elsewhere a plain one every ten seconds. The launcher says by properties whether standard
 * error is a terminal, and how wide.
 *
 * <p>Not for use by several threads at once.
 */
public final class StatusLine {
    private static final long REDRAWN_NANOS = 100_000_000L;
    private static final long PLAIN_NANOS = 10_000_000_000L;
    private static final int DEFAULT_COLUMNS = 80;

    private final PrintWriter out;
    private final boolean isRedrawn;
    private final int columns;
    private int drawn;

    /**
     * A line.
     *
     * @param out where to
     * @param isRedrawn whether it is redrawn
     * @param columns the width of a terminal; 0, as one says that was never told its size, for 80
     */
    StatusLine(PrintWriter out, boolean isRedrawn, int columns) {
        this.out = out;
        this.isRedrawn = isRedrawn;
        this.columns = columns > 0 ? columns : DEFAULT_COLUMNS;
    }

    /**
     * A line as standard error allows it.
     *
     * @param out standard error
     * @return the line
     */
    public static StatusLine to(PrintWriter out) {
        return new StatusLine(out, isTerminal(), terminalColumns());
    }

    /** Whether standard error is a terminal on which someone looks at it. */
    static boolean isTerminal() {
        return Boolean.getBoolean("retort.terminal") && System.getenv("CI") == null;
    }

    static int terminalColumns() {
        return Integer.getInteger("retort.columns", DEFAULT_COLUMNS);
    }

    int columns() {
        return columns;
    }

    /**
     * How long a text stays at least.
     *
     * @return nanoseconds
     */
    public long periodNanos() {
        return isRedrawn ? REDRAWN_NANOS : PLAIN_NANOS;
    }

    /**
     * Shows a text, on a terminal instead of the one before and cut to its width.
     *
     * @param text the text
     */
    public void show(String text) {
        if (isRedrawn) {
            String cut = text.length() < columns ? text : text.substring(0, columns - 1);
            out.print("\r" + cut + " ".repeat(Math.max(0, drawn - cut.length())));
            drawn = cut.length();
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Takes the text away from a terminal. */
    public void clear() {
        if (drawn > 0) {
            out.print("\r" + " ".repeat(drawn) + "\r");
            out.flush();
            drawn = 0;
        }
    }
}
