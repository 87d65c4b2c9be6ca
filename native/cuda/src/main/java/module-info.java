/** Bindings of NVIDIA's libraries; the funnel of all restricted native calls for CUDA. */
module dev.retort.cuda {
    requires static org.jspecify;
}
