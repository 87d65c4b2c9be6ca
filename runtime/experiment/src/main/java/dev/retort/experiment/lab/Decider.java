package dev.retort.experiment.lab;

import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs experiments, with further seeds as long as it takes them, until what they are about is
 * decided. Confined to one thread.
 */
public final class Decider {
    private final Lab lab;
    private final EventStore store;
    private final SchedulerOptions options;
    private Consumer<String> listener = _ -> {};

    /**
     * Decides the experiments of a lab.
     *
     * @param lab where they are, and in whose name seeds are added and verdicts recorded
     * @param store that of the lab; stays open
     * @param options how their runs are made
     */
    public Decider(Lab lab, EventStore store, SchedulerOptions options) {
        this.lab = lab;
        this.store = store;
        this.options = options;
    }

    /**
     * Has somebody told why seeds do not count, one sentence each.
     *
     * @param whom is told on the thread that decides
     * @return this
     */
    public Decider telling(Consumer<String> whom) {
        listener = whom;
        return this;
    }

    /**
     * Registers hypotheses and submits the experiment that decides them, where that has not been
     * done before, and decides them.
     *
     * @param submission an experiment with arms that decides hypotheses, its own or registered ones
     * @return as {@link #decide(String)}
     * @throws InterruptedException as {@link #decide(String)}
     * @throws RefusedException as {@link #decide(String)} and {@link Lab#submit(Submission)}
     */
    public List<Finding> decide(Submission submission) throws InterruptedException {
        lab.submit(submission);
        return decide(submission.experiment().id());
    }

    /**
     * Makes the runs of an experiment, and of further seeds one look after the other, until its
     * hypotheses are decided as they were registered to be, and records the verdicts. One without
     * any seed is given the fewest that may decide. Interrupted, it stops as {@link Work} does;
     * asked again, it goes on. It stops in the same way once a run has succeeded without the metric
     * that decides, since nothing can be decided then.
     *
     * @param experiment an experiment with arms and at least one hypothesis
     * @return how the hypotheses stand, all final
     * @throws InterruptedException if the thread is interrupted, when all has stopped
     * @throws RefusedException if a run cannot be made or ended without what decides, or the
     *     experiment cannot be judged, see {@link Verdicts#judge}
     */
    public List<Finding> decide(String experiment) throws InterruptedException {
        Verdicts verdicts = new Verdicts(lab);
        Set<String> told = new HashSet<>();
        int judged = 0;
        begin(experiment);
        while (true) {
            work(experiment);
            List<Finding> findings = verdicts.record(experiment);
            findings.stream()
                    .flatMap(finding -> finding.leftOut().stream())
                    .filter(told::add)
                    .forEach(listener);
            if (findings.stream().allMatch(Finding::isFinal)) {
                return findings;
            }
            int looked = findings.stream().mapToInt(Finding::looked).max().orElse(0);
            if (looked == judged) {
                throw new RefusedException(
                        "experiment "
                                + experiment
                                + " stays at "
                                + judged
                                + " seeds: the runs of the next one do not end; see \"retort lab"
                                + " list\"");
            }
            judged = looked;
            addSeeds(experiment, missing(findings));
        }
    }

    /** One that was submitted without a seed is given the fewest that may decide. */
    private void begin(String experiment) {
        if (lab.runs(RunFilter.ofExperiment(experiment)).isEmpty()) {
            addSeeds(
                    experiment,
                    lab.read(state -> Conclusion.hearings(state, experiment)).stream()
                            .mapToInt(Hearing::firstDecision)
                            .min()
                            .orElseThrow());
        }
    }

    private void work(String experiment) throws InterruptedException {
        RunFilter whose = RunFilter.ofExperiment(experiment);
        Optional<List<String>> left =
                Work.unlessInVain(
                        store,
                        options,
                        whose,
                        state -> Hearing.lacking(state, experiment).isPresent());
        List<String> wrong = new ArrayList<>(left.orElse(List.of()));
        wrong.addAll(Shortcomings.of(lab, whose));
        lab.read(state -> Hearing.lacking(state, experiment)).ifPresent(wrong::add);
        if (!wrong.isEmpty()) {
            throw new RefusedException(wrong.getFirst());
        }
    }

    private static int missing(List<Finding> findings) {
        return findings.stream()
                .mapToInt(Finding::missing)
                .filter(missing -> missing > 0)
                .min()
                .orElseThrow();
    }

    private void addSeeds(String experiment, int count) {
        long last =
                lab.runs(RunFilter.ofExperiment(experiment)).stream()
                        .mapToLong(view -> view.run().seed())
                        .max()
                        .orElse(0);
        for (int i = 1; i <= count; i++) {
            lab.addSeed(experiment, last + i);
        }
    }
}
