package dev.retort.experiment.search;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An exact set of configurations of which only what is missing is run: after an interruption, or
 * when configurations are added.
 *
 * @param wanted the configurations; what comes twice is wanted once
 */
public record ExactSet(List<Config> wanted) {
    /** Leaves duplicates out. */
    public ExactSet {
        wanted = wanted.stream().distinct().toList();
    }

    /**
     * What is still to be run.
     *
     * @param done the configurations that have run, or are running
     * @return the others, in the order of the set
     */
    public List<Config> missing(Collection<Config> done) {
        Set<Config> known = new HashSet<>(done);
        return wanted.stream().filter(config -> !known.contains(config)).toList();
    }
}
