package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
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
 * @param arms what is compared, of different names; none if it is a search
 * @param seeds the seeds that are run at first; others can be added to it later
 * @param priority runs of a higher one go first within their team
 * @param resources what each attempt occupies
 * @param reuse whether a finished run of the same content key is taken instead of a new one; not
 *     for tasks that are not deterministic
 * @param budget what its runs may spend together
 * @param environment what results depend on beside arm and seed
 * @param tags what figures can be grouped by
 * @param search what proposes arms, or {@code null} if they are given
 * @param rerunShare which share of the runs whose result could be taken is done again all the same,
 *     to compare, from 0 to 1; {@code null} for none
 * @param further the names of further hypotheses that it decides, such as those of other arms;
 *     {@code null} for none
 */
public record Experiment(
        String id,
        @Nullable String hypothesis,
        String team,
        String user,
        Comparison design,
        List<Arm> arms,
        List<Long> seeds,
        int priority,
        Resources resources,
        boolean reuse,
        Budget budget,
        Map<String, String> environment,
        Map<String, String> tags,
        @Nullable SearchPlan search,
        @Nullable Double rerunShare,
        @Nullable List<String> further) {
    /** The tag of an experiment whose runs were done elsewhere; its value says where. */
    public static final String IMPORTED = "imported";

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
        if (arms.isEmpty() == (search == null)) {
            throw new IllegalArgumentException(
                    "experiment "
                            + id
                            + " has "
                            + (search == null ? "no arm and no search" : "arms and a search")
                            + ": expected either");
        }
        if (search != null && seeds.size() != 1) {
            throw new IllegalArgumentException(
                    "experiment "
                            + id
                            + " is a search with the seeds "
                            + seeds
                            + ": expected one, that of all its trials");
        }
        if (rerunShare != null && !(rerunShare >= 0 && rerunShare <= 1)) {
            throw new IllegalArgumentException(
                    "the share of runs of experiment "
                            + id
                            + " that are done again is "
                            + rerunShare
                            + ": expected 0 to 1");
        }
        if (further != null) {
            further = List.copyOf(further);
            Set<String> decided = new HashSet<>(further);
            if (hypothesis == null
                    || !decided.add(hypothesis)
                    || decided.size() <= further.size()) {
                throw new IllegalArgumentException(
                        "experiment "
                                + id
                                + " decides "
                                + hypothesis
                                + " and further "
                                + further
                                + ": expected hypotheses, each once");
            }
        }
        Set<String> names = new HashSet<>();
        for (Arm arm : arms) {
            if (!names.add(arm.name())) {
                throw new IllegalArgumentException(
                        "experiment "
                                + id
                                + " has two arms named "
                                + arm.name()
                                + ": expected names that differ");
            }
        }
        checkForks(id, arms);
        if (new HashSet<>(seeds).size() != seeds.size()) {
            throw new IllegalArgumentException("experiment " + id + " has a seed twice: " + seeds);
        }
    }

    /** A fork of a fork would be one chain of waiting; one step is what is needed. */
    private static void checkForks(String id, List<Arm> arms) {
        Set<String> whole = new HashSet<>();
        for (Arm arm : arms) {
            if (arm.fork() == null) {
                whole.add(arm.name());
            }
        }
        for (Arm arm : arms) {
            Fork fork = arm.fork();
            if (fork != null && !whole.contains(fork.arm())) {
                throw new IllegalArgumentException(
                        "arm "
                                + arm.name()
                                + " of experiment "
                                + id
                                + " forks "
                                + fork.arm()
                                + ": expected one of the arms that are no forks themselves, "
                                + whole.stream().sorted().toList());
            }
        }
    }

    /** The names of all hypotheses that it decides. */
    public List<String> hypotheses() {
        List<String> all = new ArrayList<>();
        if (hypothesis != null) {
            all.add(hypothesis);
        }
        if (further != null) {
            all.addAll(further);
        }
        return List.copyOf(all);
    }

    /**
     * One of its runs.
     *
     * @param arm one of its arms
     * @param seed the seed
     */
    public Run run(Arm arm, long seed) {
        Fork fork = arm.fork();
        ContentKey forked = fork == null ? null : run(arm(fork.arm()), seed).contentKey();
        return new Run(
                Run.id(id, arm.name(), seed),
                id,
                arm.name(),
                seed,
                ContentKey.of(arm, seed, environment, forked));
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
