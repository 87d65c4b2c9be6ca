/** Compute plans from a team's own runs: scaling laws, optima, inference and test-time cost. */
module dev.retort.planning {
    requires static org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.csv;
    requires dev.hardwood.core;
    requires dev.retort.efficiency;
    requires transitive dev.retort.experiment;
    requires hipparchus.core;
    requires hipparchus.optim;
    requires java.logging;
    requires org.apache.commons.statistics.distribution;

    // A codec that the reader of Parquet asks for by itself: alone of them it is a named module.
    requires com.github.luben.zstd_jni;

    exports dev.retort.planning;
    exports dev.retort.planning.fit;
    exports dev.retort.planning.inference;
    exports dev.retort.planning.next;
    exports dev.retort.planning.optimum;
    exports dev.retort.planning.report;
    exports dev.retort.planning.table;
    exports dev.retort.planning.testtime;
}
