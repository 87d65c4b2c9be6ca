package dev.retort.torch;

import ai.djl.engine.EngineException;

import java.util.List;

/** There is no libtorch that the engine could run on; the message says why, place by place. */
public final class NoLibtorchException extends EngineException {
    private static final long serialVersionUID = 1L;

    NoLibtorchException(List<String> reasons) {
        super("No libtorch for the engine " + TorchEngine.NAME + ": " + String.join("; ", reasons));
    }
}
