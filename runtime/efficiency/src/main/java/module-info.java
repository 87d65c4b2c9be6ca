/** Hooks for training code, the wall-clock ledger and the figures drawn from it. */
module dev.retort.efficiency {
    requires static org.jspecify;
    requires transitive dev.retort.device;
    requires com.fasterxml.jackson.databind;
    requires HdrHistogram;
    requires jdk.jfr;

    exports dev.retort.efficiency;
    exports dev.retort.efficiency.figures;
    exports dev.retort.efficiency.verdict;

    // Records of a journal's lines.
    opens dev.retort.efficiency.journal to
            com.fasterxml.jackson.databind;
}
