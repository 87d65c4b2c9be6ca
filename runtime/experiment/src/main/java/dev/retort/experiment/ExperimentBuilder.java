package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Builds an {@link Experiment}. Not safe for use by several threads. */
public final class ExperimentBuilder {
    private final String id;
    private final String team;
    private final List<Arm> arms = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final Map<String, String> tags = new TreeMap<>();
    private @Nullable String hypothesis;
    private String user = System.getProperty("user.name", "unknown");
    private List<Long> seeds = List.of(1L);
    private int priority;
    private Resources resources = Resources.ofCores(1);
    private boolean reuse = true;
    private Budget budget = Budget.unlimited();
    private @Nullable SearchPlan search;
    private @Nullable Double rerunShare;
    private @Nullable List<String> further;

    /**
     * Begins with one seed, one core a run, no limit, and reuse of what was done.
     *
     * @param id the name of the experiment
     * @param team who pays
     */
    public ExperimentBuilder(String id, String team) {
        this.id = id;
        this.team = team;
    }

    /** What it decides. */
    public ExperimentBuilder hypothesis(String name) {
        this.hypothesis = name;
        return this;
    }

    /** What else it decides, by other arms. */
    public ExperimentBuilder alsoDecides(String... names) {
        this.further = List.of(names);
        return this;
    }

    /** Who submits it; the user of the process if not set. */
    public ExperimentBuilder user(String name) {
        this.user = name;
        return this;
    }

    /** Adds an arm. */
    public ExperimentBuilder arm(Arm arm) {
        arms.add(arm);
        return this;
    }

    /** Sets the seeds. */
    public ExperimentBuilder seeds(long... values) {
        this.seeds = LongStream.of(values).boxed().toList();
        return this;
    }

    /** Runs of a higher priority go first within their team; 0 if not set. */
    public ExperimentBuilder priority(int value) {
        this.priority = value;
        return this;
    }

    /** What each attempt occupies; one core if not set. */
    public ExperimentBuilder resources(Resources value) {
        this.resources = value;
        return this;
    }

    /** Whether finished runs of the same content key are taken; they are if not set. */
    public ExperimentBuilder reuse(boolean value) {
        this.reuse = value;
        return this;
    }

    /** What its runs may spend; no limit if not set. */
    public ExperimentBuilder budget(Budget value) {
        this.budget = value;
        return this;
    }

    /** What proposes arms, instead of arms. */
    public ExperimentBuilder search(SearchPlan plan) {
        this.search = plan;
        return this;
    }

    /** Which share of runs is done although its result could be taken; none if not set. */
    public ExperimentBuilder rerunShare(double value) {
        this.rerunShare = value;
        return this;
    }

    /** Something that results depend on, such as the kind of device. */
    public ExperimentBuilder environment(String key, String value) {
        environment.put(key, value);
        return this;
    }

    /** Something that figures can be grouped by. */
    public ExperimentBuilder tag(String key, String value) {
        tags.put(key, value);
        return this;
    }

    /**
     * The experiment.
     *
     * @throws IllegalArgumentException if something in it is wrong; the message says what
     */
    public Experiment build() {
        if (search != null) {
            search.checkProposals();
        }
        return new Experiment(
                id,
                hypothesis,
                team,
                user,
                Comparison.PAIRED,
                arms,
                seeds,
                priority,
                resources,
                reuse,
                budget,
                environment,
                tags,
                search,
                rerunShare,
                further);
    }
}
