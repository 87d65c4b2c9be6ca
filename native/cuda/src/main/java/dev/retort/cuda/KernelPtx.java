package dev.retort.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The compiled kernels of this project, one module for each of their sources. They are PTX, which
 * the driver compiles for the device when it loads a module: what is compiled for one generation
 * runs on all later ones.
 */
public enum KernelPtx {
    /** AdamW over many tensors: {@code adamw_norm_*}, {@code adamw_clip}, {@code adamw_step_*}. */
    ADAMW("adamw"),
    /** The distillation loss against all teacher logits. */
    DISTILLATION_LOSS("distillation_loss"),
    /** The distillation loss against the largest teacher logits, stored. */
    DISTILLATION_LOSS_TOPK("distillation_loss_topk"),
    /** {@code softmax_*} and {@code layernorm_*} over the rows of a matrix. */
    ROWS("rows"),
    /** The largest logits of each row, for storing. */
    TOPK_LOGITS("topk_logits"),
    /** {@code copy}, {@code saxpy} and {@code reduce}. */
    VECTORS("vectors");

    /** The major compute capabilities for which there is PTX, the newest first. */
    private static final int[] GENERATIONS = {9, 8};

    private final String file;

    KernelPtx(String file) {
        this.file = file;
    }

    /**
     * The PTX for a device: the newest that it can run.
     *
     * @param computeMajor the major number of the device's compute capability
     * @return the text
     * @throws IllegalArgumentException when the device is older than all of them
     */
    public String ptx(int computeMajor) {
        for (int generation : GENERATIONS) {
            if (generation <= computeMajor) {
                return resource("%s.compute_%d0.ptx".formatted(file, generation));
            }
        }
        throw new IllegalArgumentException(
                "the kernels need compute capability 8.0 or newer, the device has %d.x"
                        .formatted(computeMajor));
    }

    private static String resource(String name) {
        try (InputStream in = KernelPtx.class.getResourceAsStream("kernels/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the library lacks its file kernels/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
