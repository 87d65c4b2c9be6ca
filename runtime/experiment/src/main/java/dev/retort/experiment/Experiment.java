package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Arms that are compared over seeds. Immutable; made by {@link ExperimentBuilder}.
 *
 * @param id its name in the store
 * @param hypothesis the name of what it decides, or {@code null} if it explores
 * @param team who pays, for the fair share
 * @param user who submitted it
 * @param design how arms are compared
 * @param arms what is compared, of different names
 * @param seeds the seeds that are run at first; others can be added to it later
 * @param priority runs of a higher one go first within their team
 * @param resources what each attempt occupies
 * @param reuse whether a finished run of the same content key is taken instead of a new one; not
 *     for tasks that are not deterministic
 * @param budget what its runs may spend together
 * @param environment what results depend on beside arm and seed
 * @param tags what figures can be grouped by
 */
public record Experiment(
        String id,
        @Nullable String hypothesis,
        String team,
        String user,
        Design design,
        List<Arm> arms,
        List<Long> seeds,
        int priority,
        Resources resources,
        boolean reuse,
        Budget budget,
        Map<String, String> environment,
        Map<String, String> tags) {
    /** Checks and copies the components. */
    public Experiment {
        Require.name(id, "the name of the experiment");
        Require.name(team, "the team of experiment " + id);
        Require.text(user, "the user of experiment " + id);
        Objects.requireNonNull(design, "design is null");
        Objects.requireNonNull(resources, "resources is null");
        Objects.requireNonNull(budget, "budget is null");
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        if (arms.isEmpty()) {
            throw new IllegalArgumentException(
                    "experiment " + id + " has no arm: expected at least one");
        }
        Set<String> names = new HashSet<>();
        for (Arm arm : arms) {
            if (!names.add(arm.name())) {
                throw new IllegalArgumentException(
                        "experiment " + id + " has two arms named " + arm.name());
            }
        }
        if (new HashSet<>(seeds).size() != seeds.size()) {
            throw new IllegalArgumentException("experiment " + id + " has a seed twice: " + seeds);
        }
    }

    /**
     * One of its runs.
     *
     * @param arm one of its arms
     * @param seed the seed
     */
    public Run run(Arm arm, long seed) {
        return new Run(
                id + "/" + arm.name() + "/" + seed,
                id,
                arm.name(),
                seed,
                ContentKey.of(arm, seed, environment));
    }

    /**
     * An arm by its name.
     *
     * @throws IllegalArgumentException if it has none of that name
     */
    public Arm arm(String name) {
        return arms.stream()
                .filter(arm -> arm.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "experiment "
                                                + id
                                                + " has no arm "
                                                + name
                                                + ": expected one of "
                                                + arms.stream().map(Arm::name).toList()));
    }
}
