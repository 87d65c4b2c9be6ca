package dev.retort.distill.cache;

import java.util.Locale;

/**
 * By how much stored outputs differ from what the live teacher says of the same samples.
 *
 * @param rows how many outputs were compared
 * @param mean the mean difference of a logit, over all classes, also those that share what remains
 * @param largest the largest difference
 * @param allowed the largest difference that the encoding and rounding explain
 */
public record Drift(int rows, double mean, double largest, double allowed) {
    /**
     * Whether the cache may be used.
     *
     * @return whether no difference is larger than allowed
     */
    public boolean isExplained() {
        return largest <= allowed;
    }

    /**
     * The figures in words.
     *
     * @return part of a sentence
     */
    public String words() {
        return String.format(
                Locale.ROOT,
                "drift of %d outputs against the teacher: mean %.2g, largest %.2g of %.2g allowed",
                rows,
                mean,
                largest,
                allowed);
    }
}
