package dev.retort.device.counters;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a file of the kernel has no value, in one sentence. */
final class Absences {
    private Absences() {}

    static String unreadable(Path file, IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> file + " is denied to this user";
            case NoSuchFileException _ ->
                    file + " does not exist on this " + System.getProperty("os.name");
            default -> file + " cannot be read: " + failure;
        };
    }

    /** Whether the file will be unreadable the next time, too. */
    static boolean lasting(IOException failure) {
        return failure instanceof AccessDeniedException || failure instanceof NoSuchFileException;
    }

    static String unexpected(Path file, String wanted) {
        return file + " has no " + wanted;
    }
}
