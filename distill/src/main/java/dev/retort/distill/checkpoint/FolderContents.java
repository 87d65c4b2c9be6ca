package dev.retort.distill.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lies in a folder of checkpoints at a moment, told by the names of its files alone.
 *
 * @param folder the folder, which need not be there
 * @param names what is in it, in order
 */
record FolderContents(Path folder, List<String> names) {
    /** The file with the weights of the best epoch, without what it ends with. */
    static final String BEST = "best";

    private static final int DIGITS = 6;
    private static final String NUMBERED = "\\d{%d}-step-\\d+".formatted(DIGITS);
    private static final Pattern CHECKSUM = Pattern.compile(NUMBERED + "\\" + Checksum.SUFFIX);
    private static final Pattern FILE = Pattern.compile(NUMBERED + "\\" + Checksum.CHECKED);
    // What a file is written as before it gets its name.
    private static final Pattern STAGING =
            Pattern.compile(
                    "\\.(%s|%s)(\\%s|\\%s)\\..+"
                            .formatted(NUMBERED, BEST, Checksum.CHECKED, Checksum.SUFFIX));

    static FolderContents of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new FolderContents(folder, List.of());
        }
        try (Stream<Path> all = Files.list(folder)) {
            return new FolderContents(
                    folder, all.map(path -> path.getFileName().toString()).sorted().toList());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The checkpoints in order: the files that a checksum is of, damaged or gone ones included. */
    List<Path> checkpoints() {
        return names.stream()
                .filter(name -> CHECKSUM.matcher(name).matches())
                .map(name -> name.replace(Checksum.SUFFIX, Checksum.CHECKED))
                .map(folder::resolve)
                .toList();
    }

    /** Files of checkpoints that no checksum is there of, in order. */
    List<Path> unchecked() {
        return names.stream()
                .filter(name -> FILE.matcher(name).matches())
                .map(folder::resolve)
                .filter(file -> !names.contains(Checksum.of(file).getFileName().toString()))
                .toList();
    }

    /** Files that a save left which was cut short before its rename. */
    List<Path> staged() {
        return names.stream()
                .filter(name -> STAGING.matcher(name).matches())
                .map(folder::resolve)
                .toList();
    }

    /**
     * Files that a save may have left which was cut short before its checksum. A file with no
     * checkpoint before it is none of them: whoever copied the folder may have left the checksums
     * behind, and nothing else has what it holds.
     */
    List<Path> cutShort() {
        Optional<Path> first = checkpoints().stream().findFirst();
        return unchecked().stream()
                .filter(file -> first.isPresent() && number(first.get()) < number(file))
                .toList();
    }

    /** A name that no file had that is still there, also not one of the same step. */
    Path next(long step) {
        int last =
                Stream.concat(checkpoints().stream(), unchecked().stream())
                        .mapToInt(FolderContents::number)
                        .max()
                        .orElse(0);
        return folder.resolve(
                ("%0" + DIGITS + "d-step-%d%s").formatted(last + 1, step, Checksum.CHECKED));
    }

    /** The steps that were done, from the name of a checkpoint or a file without a checksum. */
    static long step(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.')));
    }

    /** Which one a checkpoint was, from 1. */
    static int number(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring(0, DIGITS));
    }
}
