package dev.retort.experiment.task;

import dev.retort.experiment.json.Sha256;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The version of the code of a task: the hash of the jar, or of the folder of classes, that its
 * class comes from. What it calls in other jars is not covered.
 */
public final class CodeVersion {
    private static final Pattern DERIVED = Pattern.compile("sha256:[0-9a-f]{64}");

    private CodeVersion() {}

    /**
     * The version of a task's code as it is on the class path now.
     *
     * @param task the name of its class
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalArgumentException if there is no such task, or where it comes from cannot be
     *     read
     */
    public static String of(String task) {
        CodeSource source = Task.named(task).getProtectionDomain().getCodeSource();
        return of(task, source == null ? null : source.getLocation());
    }

    static String of(String task, @Nullable URL location) {
        if (location == null) {
            throw new IllegalArgumentException(
                    "the task " + task + " does not say where it is from");
        }
        try {
            return of(Path.of(location.toURI()));
        } catch (IOException
                | URISyntaxException
                | UncheckedIOException
                | FileSystemNotFoundException e) {
            throw new IllegalArgumentException(
                    "the code of task " + task + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Names and contents, in the order of the names. */
    static String of(Path place) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
                Stream<Path> walked = Files.walk(place)) {
            List<Path> files = walked.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String name = place.relativize(file).toString() + "\n" + Files.size(file) + "\n";
                out.write(name.getBytes(StandardCharsets.UTF_8));
                try (InputStream in = Files.newInputStream(file)) {
                    in.transferTo(out);
                }
            }
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    /** Whether a version was derived, and not typed by a person who may have forgotten to. */
    public static boolean isDerived(String code) {
        return DERIVED.matcher(code).matches();
    }
}
