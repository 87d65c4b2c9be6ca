package dev.retort.distill.recipe;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run was computed with, beside its recipe: what may differ when the same recipe gives other
 * numbers.
 *
 * @param retort the version of Retort
 * @param java the version of the JVM
 * @param engine DJL's engine, the version of its library, and its BLAS where there is a choice
 * @param nativeLibraries the SHA-256 hash of each library for tensors and linear algebra that is
 *     loaded, by its file's name
 */
public record Provenance(
        String retort, String java, String engine, Map<String, String> nativeLibraries) {
    // The kernel's list of what is mapped; the path is the last column.
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY =
            Pattern.compile(
                    ".*\\s(/.*/(lib(?:torch|c10|mkl|openblas|onnxruntime|djl_torch)[^/]*\\.so[^/]*))");

    /** Copies the map, in one order whatever the process: files that hold it have one hash. */
    public Provenance {
        nativeLibraries = Collections.unmodifiableMap(new TreeMap<>(nativeLibraries));
    }

    /**
     * The provenance of what this process computes. Reads each library once, some hundred
     * megabytes.
     *
     * @param retort the version of Retort
     * @param engine DJL's engine, the version of its library, and its BLAS where there is a choice
     * @return the provenance; without libraries where the system does not list them
     * @throws IOException if a library cannot be read
     */
    public static Provenance now(String retort, String engine) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        if (Files.isReadable(MAPS)) {
            for (String line : Files.readAllLines(MAPS)) {
                Matcher library = LIBRARY.matcher(line);
                if (library.matches() && !hashes.containsKey(library.group(2))) {
                    hashes.put(library.group(2), Fingerprint.of(Path.of(library.group(1))).hex());
                }
            }
        }
        return new Provenance(retort, Runtime.version().toString(), engine, hashes);
    }
}
