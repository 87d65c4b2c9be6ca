package dev.retort.experiment.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.verdict.Claim;
import dev.retort.experiment.verdict.Design;
import dev.retort.experiment.verdict.Interval;
import dev.retort.experiment.verdict.Judge;
import dev.retort.experiment.verdict.PairedSeeds;
import dev.retort.experiment.verdict.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Judges what a lab registered by what its runs found. The pairs are those of the seeds in the
 * order in which they were planned, up to the first whose runs have not both ended. Safe for use by
 * several threads.
 */
public final class Verdicts {
    private final Lab lab;

    /**
     * Verdicts on the hypotheses of a lab.
     *
     * @param lab where the runs are, and where verdicts are recorded
     */
    public Verdicts(Lab lab) {
        this.lab = lab;
    }

    /**
     * Judges the hypothesis of an experiment as things stand. Looking again after more seeds does
     * not add to the error.
     *
     * @param experiment an experiment that decides a hypothesis
     * @param treatment the arm that is claimed to be better
     * @param control the arm it is compared with
     * @param design how seeds are turned into a decision; it must have been chosen before the first
     *     look
     * @return the verdict
     * @throws RefusedException if there is no such experiment, it decides no hypothesis, no pair of
     *     runs has ended, or one of them ended without the metric: to leave it out would bias the
     *     verdict
     * @throws IllegalArgumentException if the experiment has no such arm
     */
    public Verdict judge(String experiment, String treatment, String control, Design design) {
        return hearing(experiment, treatment, control).judge(design);
    }

    /**
     * Judges as {@link #judge} and, if the verdict is final, records it: if it is decided, or no
     * further look is planned.
     *
     * @param experiment an experiment that decides a hypothesis
     * @param treatment the arm that is claimed to be better
     * @param control the arm it is compared with
     * @param design how seeds are turned into a decision
     * @return the verdict
     * @throws RefusedException as {@link #judge}
     */
    public Verdict record(String experiment, String treatment, String control, Design design) {
        Hearing hearing = hearing(experiment, treatment, control);
        Verdict verdict = hearing.judge(design);
        if (verdict.nextLook().isEmpty()) {
            lab.decide(hearing.reference(verdict));
        }
        return verdict;
    }

    private Hearing hearing(String id, String treatment, String control) {
        Experiment experiment =
                lab.experiment(id)
                        .orElseThrow(
                                () -> new RefusedException("experiment " + id + " does not exist"));
        Hypothesis hypothesis = hypothesisOf(experiment);
        List<Pair> pairs = pairs(experiment, hypothesis.metric(), treatment, control);
        if (pairs.isEmpty()) {
            throw new RefusedException(
                    "experiment "
                            + id
                            + " cannot be judged: expected a seed whose runs "
                            + treatment
                            + " and "
                            + control
                            + " have both ended, found none");
        }
        return new Hearing(hypothesis, pairs);
    }

    private Hypothesis hypothesisOf(Experiment experiment) {
        String id = experiment.hypothesis();
        return lab.hypotheses().stream()
                .filter(hypothesis -> hypothesis.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RefusedException(
                                        "experiment "
                                                + experiment.id()
                                                + " decides no hypothesis: expected one to be"
                                                + " registered with it"));
    }

    private List<Pair> pairs(
            Experiment experiment, String metric, String treatment, String control) {
        Map<Long, RunView> treated = bySeed(experiment, treatment);
        Map<Long, RunView> controls = bySeed(experiment, control);
        List<Pair> pairs = new ArrayList<>();
        for (Map.Entry<Long, RunView> entry : treated.entrySet()) {
            RunView with = entry.getValue();
            RunView without = controls.get(entry.getKey());
            if (without == null || !with.state().isFinal() || !without.state().isFinal()) {
                break;
            }
            pairs.add(
                    new Pair(
                            new PairedSeeds.Pair(
                                    entry.getKey(), value(with, metric), value(without, metric)),
                            List.of(with.run().id(), without.run().id())));
        }
        return pairs;
    }

    private Map<Long, RunView> bySeed(Experiment experiment, String arm) {
        String name = experiment.arm(arm).name();
        return lab.runs(RunFilter.ofExperiment(experiment.id())).stream()
                .filter(view -> view.run().arm().equals(name))
                .collect(
                        Collectors.toMap(
                                view -> view.run().seed(),
                                view -> view,
                                (first, _) -> first,
                                LinkedHashMap::new));
    }

    private static double value(RunView view, String metric) {
        Double value = view.values().get(metric);
        if (value == null) {
            throw new RefusedException(
                    "run "
                            + view.run().id()
                            + " ended as "
                            + view.state()
                            + " with "
                            + (view.values().isEmpty()
                                    ? "no result"
                                    : "results for " + view.values().keySet())
                            + ": expected one for "
                            + metric
                            + ", and to leave its seed out would bias the verdict");
        }
        return value;
    }

    private record Pair(PairedSeeds.Pair values, List<String> runs) {}

    /** What is to be judged, and by what. */
    private record Hearing(Hypothesis hypothesis, List<Pair> pairs) {
        Verdict judge(Design design) {
            Claim claim =
                    new Claim(
                            hypothesis.metric(),
                            hypothesis.direction(),
                            hypothesis.smallestEffect(),
                            hypothesis.alpha());
            return Judge.judge(
                    claim, design, new PairedSeeds(pairs.stream().map(Pair::values).toList()));
        }

        /** An end of the interval that is not known is infinite. */
        VerdictReference reference(Verdict verdict) {
            return new VerdictReference(
                    hypothesis.id(),
                    verdict.outcome(),
                    verdict.effect(),
                    verdict.interval().map(Interval::low).orElse(Double.NEGATIVE_INFINITY),
                    verdict.interval().map(Interval::high).orElse(Double.POSITIVE_INFINITY),
                    verdict.algorithm(),
                    pairs.stream().flatMap(pair -> pair.runs().stream()).toList(),
                    verdict.reason());
        }
    }
}
