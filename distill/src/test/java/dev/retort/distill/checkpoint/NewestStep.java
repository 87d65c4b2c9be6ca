package dev.retort.distill.checkpoint;

import java.io.IOException;

/** The step of the newest intact checkpoint. */
public final class NewestStep {
    private NewestStep() {}

    /** 0 if there is none. */
    public static long newestStep(CheckpointFolder folder) throws IOException {
        return folder.newest().map(Checkpoint::step).orElse(0L);
    }
}
