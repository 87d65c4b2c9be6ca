package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;

import java.nio.file.Path;

/**
 * Where the outputs of the teacher are stored, and how.
 *
 * @param folder the folder
 * @param type {@code fp32}, {@code fp16} or {@code top-K}
 */
public record CacheSettings(String folder, String type) {
    /** Checks the type. */
    public CacheSettings {
        requireNonNull(folder, "expected folder, found none");
        requireNonNull(type, "expected type, found none");
        CacheEncoding.of(type);
    }

    /**
     * The cache.
     *
     * @return the folder, which need not exist
     */
    public CacheFolder open() {
        return new CacheFolder(Path.of(folder), CacheEncoding.of(type));
    }
}
