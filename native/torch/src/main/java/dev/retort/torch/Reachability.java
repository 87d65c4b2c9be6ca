package dev.retort.torch;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Reference;

/** Keeps objects from being collected while native code works on what they own. */
final class Reachability {
    private Reachability() {}

    /**
     * The object is reachable until here. It stands after the native call and in no finally block:
     * an exception of that call comes after it as well.
     */
    @SuppressWarnings("ReachabilityFenceUsage")
    static void keep(@Nullable Object object) {
        Reference.reachabilityFence(object);
    }
}
