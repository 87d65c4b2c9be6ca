/** Experiments from hypothesis to verdict. */
module dev.retort.experiment {
    requires static org.jspecify;
    requires hipparchus.core;

    exports dev.retort.experiment.search;
    exports dev.retort.experiment.velocity;
    exports dev.retort.experiment.verdict;
}
