/** Hooks for training code, the wall-clock ledger and the figures drawn from it. */
module dev.retort.efficiency {
    requires static org.jspecify;
    requires transitive dev.retort.device;
    requires com.fasterxml.jackson.databind;
    requires com.samskivert.jmustache;
    requires HdrHistogram;
    requires jdk.jfr;

    exports dev.retort.efficiency;
    exports dev.retort.efficiency.figures;
    exports dev.retort.efficiency.report;
    exports dev.retort.efficiency.status;
    exports dev.retort.efficiency.verdict;

    // Records of a journal's lines.
    opens dev.retort.efficiency.journal to
            com.fasterxml.jackson.databind;

    // Records of what runs show, and of what the template of the report sees.
    opens dev.retort.efficiency.status to
            com.fasterxml.jackson.databind;
    opens dev.retort.efficiency.report to
            com.samskivert.jmustache;
}
