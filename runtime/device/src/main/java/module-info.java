/** Devices, their counters and the background sampler. */
module dev.retort.device {
    requires static org.jspecify;
    requires transitive dev.retort.cuda;
    requires jdk.management;

    exports dev.retort.device;
    exports dev.retort.device.compile;
    exports dev.retort.device.gpu;
}
