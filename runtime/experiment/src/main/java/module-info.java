/** Experiments from hypothesis to verdict. */
module dev.retort.experiment {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires dev.retort.efficiency;
    requires hipparchus.core;
    requires java.net.http;
    requires java.sql;
    requires org.mybatis.migrations;
    requires org.xerial.sqlitejdbc;

    exports dev.retort.experiment;
    exports dev.retort.experiment.event;
    exports dev.retort.experiment.lab;
    exports dev.retort.experiment.metric;
    exports dev.retort.experiment.mlflow;
    exports dev.retort.experiment.packing;
    exports dev.retort.experiment.schedule;
    exports dev.retort.experiment.search;
    exports dev.retort.experiment.state;
    exports dev.retort.experiment.store;
    exports dev.retort.experiment.task;
    exports dev.retort.experiment.velocity;
    exports dev.retort.experiment.verdict;

    // Records of events and of what processes tell each other.
    opens dev.retort.experiment to
            com.fasterxml.jackson.databind;
    opens dev.retort.experiment.event to
            com.fasterxml.jackson.databind;
    opens dev.retort.experiment.packing to
            com.fasterxml.jackson.databind;
    opens dev.retort.experiment.search to
            com.fasterxml.jackson.databind;
    opens dev.retort.experiment.verdict to
            com.fasterxml.jackson.databind;
    opens dev.retort.experiment.worker to
            com.fasterxml.jackson.databind;
}
