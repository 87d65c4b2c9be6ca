/** Devices, their counters and the background sampler. */
module dev.retort.device {
    requires static transitive org.jspecify;
    requires transitive dev.retort.cuda;
    requires jdk.management;
    // Optional: JavaCPP's presets of cuBLASLt and NCCL.
    requires static org.bytedeco.cuda;
    requires static org.bytedeco.javacpp;

    exports dev.retort.device;
    exports dev.retort.device.blas;
    exports dev.retort.device.collective;
    exports dev.retort.device.compile;
    exports dev.retort.device.counters;
    exports dev.retort.device.gpu;
    exports dev.retort.device.kernels;
    exports dev.retort.device.sampling;
}
