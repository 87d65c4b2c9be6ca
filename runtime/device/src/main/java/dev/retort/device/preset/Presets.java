package dev.retort.device.preset;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds JavaCPP's presets, which are no dependency of this module: they are there or they are not.
 */
public final class Presets {
    private Presets() {}

    /**
     * Loads a preset with its native libraries. The first call does the work; a failure is
     * remembered by the JVM.
     *
     * @param globalClass the preset's class of functions, for example {@code
     *     org.bytedeco.cuda.global.cublas}
     * @return the class, or why it cannot be used; never an exception
     */
    public static Availability<Class<?>> load(String globalClass) {
        ClassLoader loader = ClassLoader.getSystemClassLoader();
        // A preset on the class path lies in the unnamed module, which a named one must be told of.
        Presets.class.getModule().addReads(loader.getUnnamedModule());
        try {
            Class.forName(globalClass, false, loader);
        } catch (ClassNotFoundException | LinkageError _) {
            return new Unavailable<>("org.bytedeco:cuda is not on the class path");
        }
        try {
            return new Available<>(Class.forName(globalClass, true, loader));
        } catch (ClassNotFoundException | LinkageError | IllegalCallerException e) {
            return new Unavailable<>(reasons(e));
        }
    }

    /** The chain of causes: JavaCPP tells the loader's message last. */
    private static List<String> reasons(Throwable failure) {
        List<String> reasons = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                reasons.add(message.strip());
            }
        }
        if (reasons.isEmpty()) {
            reasons.add(failure.toString());
        }
        return reasons;
    }
}
