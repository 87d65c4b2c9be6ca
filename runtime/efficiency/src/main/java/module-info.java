/** Hooks for training code, the wall-clock ledger and the figures drawn from it. */
module dev.retort.efficiency {
    requires static org.jspecify;
    requires transitive dev.retort.device;

    exports dev.retort.efficiency;
}
