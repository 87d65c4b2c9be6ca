/** Hooks for training code, the wall-clock ledger and the figures drawn from it. */
module dev.retort.efficiency {
    requires static org.jspecify;
    requires transitive dev.retort.device;
    requires com.fasterxml.jackson.databind;
    requires com.samskivert.jmustache;
    requires HdrHistogram;
    requires java.management;
    requires jdk.jfr;

    // What single exporters need; whoever does not use them has them not.
    requires static transitive io.opentelemetry.api;
    requires static jdk.httpserver;
    requires static transitive micrometer.core;
    requires static micrometer.registry.prometheus;

    exports dev.retort.efficiency;
    exports dev.retort.efficiency.export;
    exports dev.retort.efficiency.export.jfr;
    exports dev.retort.efficiency.export.micrometer;
    exports dev.retort.efficiency.export.otel;
    exports dev.retort.efficiency.export.tensorboard;
    exports dev.retort.efficiency.export.trace;
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
