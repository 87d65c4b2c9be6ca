package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.FashionMnist;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The data.
 *
 * @param name {@code digits} or {@code fashion-mnist}
 * @param folder a folder with its files; {@code null} for the places where they are looked for
 * @param labels labels that the students see; {@code null} for all
 * @param sha256 the hash that the data must have; {@code null} for any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataSettings(
        String name, @Nullable String folder, @Nullable Integer labels, @Nullable String sha256) {
    private static final String DIGITS = "digits";
    private static final String FASHION_MNIST = "fashion-mnist";

    /** Checks the name. */
    public DataSettings {
        requireNonNull(name, "expected name, found none");
        if (!name.equals(DIGITS) && !name.equals(FASHION_MNIST)) {
            throw new IllegalArgumentException(
                    "expected the data set %s or %s, found %s"
                            .formatted(DIGITS, FASHION_MNIST, name));
        }
        if (name.equals(DIGITS) && folder != null) {
            throw new IllegalArgumentException(
                    "expected no folder with digits, which ship with Retort, found " + folder);
        }
    }

    /**
     * All of a data set.
     *
     * @param name its name
     * @return the settings
     */
    public static DataSettings of(String name) {
        return new DataSettings(name, null, null, null);
    }

    /**
     * Reads the data, which may mean to download it.
     *
     * @return the samples
     * @throws dev.retort.distill.data.DataException if they cannot be read
     * @throws IllegalArgumentException if they have another hash
     */
    public DataSplit load() {
        DataSplit split =
                name.equals(DIGITS)
                        ? Digits.load()
                        : FashionMnist.load(Optional.ofNullable(folder).map(Path::of));
        if (sha256 != null && !sha256.equals(split.sha256())) {
            throw new IllegalArgumentException(
                    "expected data with the SHA-256 hash %s that the recipe names, found %s in %s"
                            .formatted(sha256, split.sha256(), split.source()));
        }
        return split;
    }

    /**
     * The same data with another number of labels for the students.
     *
     * @param labels how many
     * @return the settings
     */
    public DataSettings withLabels(int labels) {
        return new DataSettings(name, folder, labels, sha256);
    }

    /**
     * The same data from another folder.
     *
     * @param folder the folder
     * @return the settings
     */
    public DataSettings withFolder(String folder) {
        return new DataSettings(name, folder, labels, sha256);
    }

    /**
     * The same data, which must have a hash.
     *
     * @param sha256 the hash
     * @return the settings
     */
    public DataSettings withHash(String sha256) {
        return new DataSettings(name, folder, labels, sha256);
    }
}
