package dev.retort.examples;

/** How progress is shown. */
enum ProgressKind {
    /** A bar on a terminal, plain lines elsewhere and where CI is set. */
    AUTO,
    /** One line that is redrawn. */
    BAR,
    /** One line each few seconds. */
    PLAIN,
    /** Nothing. */
    NONE
}
