/** Bindings of NVIDIA's libraries; the funnel of all restricted native calls for CUDA. */
@org.jspecify.annotations.NullMarked
module dev.retort.cuda {
    requires static org.jspecify;

    exports dev.retort.cuda;
}
