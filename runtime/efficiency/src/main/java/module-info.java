/** Hooks for training code, the wall-clock ledger and the figures drawn from it. */
module dev.retort.efficiency {
    requires static org.jspecify;
    requires transitive dev.retort.device;
    requires com.fasterxml.jackson.databind;
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
    exports dev.retort.efficiency.verdict;

    // Records of a journal's lines.
    opens dev.retort.efficiency.journal to
            com.fasterxml.jackson.databind;
}
