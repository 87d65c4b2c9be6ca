package dev.retort.distill.cache;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.fingerprint.Fingerprint;

import java.util.ArrayList;
import java.util.List;

/**
 * Whose outputs on which samples a cache holds, and how. Two caches are the same if and only if
 * their keys are equal.
 *
 * @param teacher the hash of the teacher
 * @param data the hash of the samples
 * @param preprocessing the hash of what happens to a sample before the teacher sees it
 * @param encoding how outputs are stored
 * @param augmentation what happens to a sample before the student sees it
 * @param samples the number of samples, at least 1
 * @param classes the number of classes, or the width of features, at least 2
 */
public record CacheKey(
        Fingerprint teacher,
        Fingerprint data,
        Fingerprint preprocessing,
        CacheEncoding encoding,
        Augmentation augmentation,
        long samples,
        int classes) {
    /** The end of the name of each file of outputs. */
    static final String SUFFIX = ".outputs";

    private static final int NAME_DIGITS = 24;

    /** Checks the components. */
    public CacheKey {
        requireNonNull(teacher, "teacher is null");
        requireNonNull(data, "data is null");
        requireNonNull(preprocessing, "preprocessing is null");
        requireNonNull(encoding, "encoding is null");
        requireNonNull(augmentation, "augmentation is null");
        if (samples < 1 || classes < 2) {
            throw new IllegalArgumentException(
                    "expected at least 1 sample and 2 classes, found %d and %d"
                            .formatted(samples, classes));
        }
        encoding.check(classes);
    }

    /**
     * The number of outputs: one for each view of each sample, all samples of a view together.
     *
     * @return at least 1
     */
    public long rows() {
        return Math.multiplyExact(samples, augmentation.views());
    }

    /**
     * The hash of the key.
     *
     * @return the hash
     */
    public Fingerprint fingerprint() {
        return Fingerprint.of(
                List.of(
                        teacher.hex(),
                        data.hex(),
                        preprocessing.hex(),
                        encoding.label(),
                        augmentation.label(),
                        Long.toString(samples),
                        Integer.toString(classes)));
    }

    /**
     * The name of the file that holds the outputs in a {@link CacheFolder}.
     *
     * @return a name that no other key has
     */
    public String fileName() {
        return fingerprint().hex().substring(0, NAME_DIGITS) + SUFFIX;
    }

    /** The same with another teacher. */
    CacheKey withTeacher(Fingerprint other) {
        return new CacheKey(other, data, preprocessing, encoding, augmentation, samples, classes);
    }

    /** In what a cache with another key differs from this, for a message. */
    List<String> differences(CacheHeader found) {
        List<String> differences = new ArrayList<>();
        compare(differences, "teacher", teacher, found.teacher());
        compare(differences, "data", data, found.data());
        compare(differences, "preprocessing", preprocessing, found.preprocessing());
        compare(differences, "type", encoding.label(), found.encoding());
        compare(differences, "augmentation", augmentation.label(), found.augmentation());
        compare(differences, "samples", samples, found.samples());
        compare(differences, "classes", classes, found.classes());
        return differences;
    }

    private static void compare(List<String> into, String what, Fingerprint own, String found) {
        if (!own.hex().equals(found)) {
            into.add(
                    "expected the %s %s, found %s"
                            .formatted(
                                    what,
                                    own.brief(),
                                    found.substring(
                                            0, Math.min(found.length(), own.brief().length()))));
        }
    }

    private static void compare(List<String> into, String what, Object own, Object found) {
        if (!own.equals(found)) {
            into.add("expected the %s %s, found %s".formatted(what, own, found));
        }
    }
}
