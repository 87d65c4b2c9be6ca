package dev.retort.efficiency.export;

import java.nio.file.Files;
import java.nio.file.Path;

/** Names for files that replace none. */
public final class FreshFile {
    private FreshFile() {}

    /**
     * A name that is not taken: the one that is wanted, or the first like {@code a.2.json}.
     *
     * @param wanted the name that is wanted
     * @return the name, in the same folder
     */
    public static Path of(Path wanted) {
        Path free = wanted;
        String name = String.valueOf(wanted.getFileName());
        int dot = name.lastIndexOf('.');
        int end = dot < 1 ? name.length() : dot;
        for (int number = 2; Files.exists(free); number++) {
            free =
                    wanted.resolveSibling(
                            name.substring(0, end) + "." + number + name.substring(end));
        }
        return free;
    }
}
