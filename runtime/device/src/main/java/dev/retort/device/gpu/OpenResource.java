package dev.retort.device.gpu;

import java.util.Optional;

/**
 * A native object that was made and not closed, for finding leaks.
 *
 * @param what the object in words
 * @param madeHere the stack that made it, when its context is in debug mode
 */
public record OpenResource(String what, Optional<Throwable> madeHere) {}
