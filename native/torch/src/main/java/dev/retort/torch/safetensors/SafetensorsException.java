package dev.retort.torch.safetensors;

import java.io.IOException;

/** A file that is not in the safetensors format; the message is one sentence that says why. */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;

    SafetensorsException(String message) {
        super(message);
    }
}
