/** Experiments from hypothesis to verdict. */
module dev.retort.experiment {
    requires static org.jspecify;

    exports dev.retort.experiment.verdict;
}
