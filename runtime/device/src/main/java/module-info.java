/** Devices, their counters and the background sampler. */
module dev.retort.device {
    requires static org.jspecify;
    requires jdk.management;

    exports dev.retort.device;
}
