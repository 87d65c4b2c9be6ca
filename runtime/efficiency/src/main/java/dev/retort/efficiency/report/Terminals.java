package dev.retort.efficiency.report;

import java.io.Console;
import java.util.Optional;

/** What standard output is, so far as it decides how text looks. */
public final class Terminals {
    private Terminals() {}

    /**
     * Whether somebody looks: standard input and output are a terminal that can more than print.
     *
     * @return false in a pipe, and where {@code TERM} is {@code dumb}
     */
    public static boolean isInteractive() {
        // A JDK may have no console where there is no terminal, or one that says so.
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * Whether to use colours, by <a href="https://no-color.org">no-color.org</a>.
     *
     * @return whether it is a terminal and {@code NO_COLOR} is unset or empty
     */
    public static boolean wantsColour() {
        String noColour = System.getenv("NO_COLOR");
        return isInteractive() && (noColour == null || noColour.isEmpty());
    }
}
