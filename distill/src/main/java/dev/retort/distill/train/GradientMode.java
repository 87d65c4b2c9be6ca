package dev.retort.distill.train;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Turns the recording of gradients off on the current thread, until it is closed. DJL does so only
 * on the thread that loaded its PyTorch engine; on any other, what runs outside a gradient
 * collector is recorded too, which costs time and memory and forbids changes in place.
 */
public final class GradientMode implements AutoCloseable {
    private final boolean restore;

    private GradientMode(boolean restore) {
        this.restore = restore;
    }

    /**
     * Turns recording off. A gradient collector turns it on while it is open.
     *
     * @param engine the engine in use; nothing is done for engines that have no such mode
     * @return gives the mode back that was there, when closed on the same thread
     */
    public static GradientMode off(Engine engine) {
        boolean recording = "PyTorch".equals(engine.getEngineName()) && JniUtils.isGradMode();
        if (recording) {
            JniUtils.setGradMode(false);
        }
        return new GradientMode(recording);
    }

    @Override
    public void close() {
        if (restore) {
            JniUtils.setGradMode(true);
        }
    }
}
