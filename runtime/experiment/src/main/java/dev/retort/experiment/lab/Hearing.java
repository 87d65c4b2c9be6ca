package dev.retort.experiment.lab;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Comparison;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.VerdictBasis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.verdict.Interval;
import dev.retort.experiment.verdict.Judge;
import dev.retort.experiment.verdict.PairedSeeds;
import dev.retort.experiment.verdict.Verdict;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is to be judged, and by what: a function of the state. The pairs are those of the seeds in
 * the order in which they were planned, up to the first whose runs have not both ended, and no more
 * than the plan allows. Seeds whose result was there before the hypothesis was registered decide
 * nothing and are left out, whatever they gave.
 */
record Hearing(
        Hypothesis hypothesis,
        AnalysisPlan plan,
        Experiment experiment,
        long after,
        List<Pair> pairs,
        List<String> leftOut) {
    /** Of a rule that sets no limit to the seeds. */
    private static final int ALL = Integer.MAX_VALUE;

    /** The runs of a seed. */
    record Pair(PairedSeeds.Pair values, List<String> runs) {}

    /**
     * Of an experiment, as things stand.
     *
     * @throws RefusedException if it decides no hypothesis, that was registered without a plan, or
     *     a run ended without the metric
     */
    static List<Hearing> of(LabState state, Experiment experiment) {
        List<String> ids = experiment.hypotheses();
        if (ids.isEmpty()) {
            throw new RefusedException(
                    "experiment "
                            + experiment.id()
                            + " decides no hypothesis: expected one to be registered with it");
        }
        return ids.stream()
                .map(id -> of(state, experiment, state.hypothesis(id).orElseThrow()))
                .toList();
    }

    private static Hearing of(LabState state, Experiment experiment, Hypothesis hypothesis) {
        AnalysisPlan plan = hypothesis.plan();
        if (plan == null) {
            throw new RefusedException(
                    "hypothesis "
                            + hypothesis.id()
                            + " was registered without its treatment, control and stop rule, and"
                            + " they cannot be chosen after runs have started: register another"
                            + " with them");
        }
        if (experiment.design() != Comparison.PAIRED) {
            throw new RefusedException(
                    "experiment "
                            + experiment.id()
                            + " was submitted as "
                            + experiment.design()
                            + ": expected PAIRED, since runs are compared seed by seed");
        }
        Hearing hearing =
                new Hearing(
                        hypothesis,
                        plan,
                        experiment,
                        state.lastSeq(),
                        new ArrayList<>(),
                        new ArrayList<>());
        hearing.readPairs(state);
        return hearing;
    }

    private void readPairs(LabState state) {
        Map<Long, RunView> treated = bySeed(state, experiment, plan.treatment());
        Map<Long, RunView> controls = bySeed(state, experiment, plan.control());
        int most = plan.design().mostSeeds().orElse(ALL);
        for (Map.Entry<Long, RunView> entry : treated.entrySet()) {
            RunView with = entry.getValue();
            RunView without = controls.get(entry.getKey());
            if (without == null
                    || !with.state().isFinal()
                    || !without.state().isFinal()
                    || pairs.size() == most) {
                return;
            }
            Optional<String> known = known(state, with).or(() -> known(state, without));
            if (known.isPresent()) {
                leftOut.add("seed " + entry.getKey() + " decides nothing: " + known.get());
            } else {
                pairs.add(
                        new Pair(
                                new PairedSeeds.Pair(
                                        entry.getKey(),
                                        value(with, hypothesis.metric()),
                                        value(without, hypothesis.metric())),
                                List.of(with.run().id(), without.run().id())));
            }
        }
    }

    /** Why a run is no evidence, if it is none. */
    private Optional<String> known(LabState state, RunView view) {
        return state.isEvidence(view, hypothesis.id())
                ? Optional.empty()
                : Optional.of(
                        "run "
                                + view.run().id()
                                + " took the result of run "
                                + view.reusedOf()
                                + ", which began before hypothesis "
                                + hypothesis.id()
                                + " was registered");
    }

    private static Map<Long, RunView> bySeed(LabState state, Experiment experiment, String arm) {
        Map<Long, RunView> found = new LinkedHashMap<>();
        for (RunView view : state.runs()) {
            if (view.run().experiment().equals(experiment.id()) && view.run().arm().equals(arm)) {
                found.put(view.run().seed(), view);
            }
        }
        return found;
    }

    private static double value(RunView view, String metric) {
        Double value = view.values().get(metric);
        if (value == null) {
            throw new RefusedException(lacks(view, metric));
        }
        return value;
    }

    private static String lacks(RunView view, String metric) {
        return "run "
                + view.run().id()
                + " ended as "
                + view.state()
                + " with "
                + (view.values().isEmpty() ? "no result" : "results for " + view.values().keySet())
                + ": expected one for "
                + metric
                + ", and to leave its seed out would bias the verdict";
    }

    /**
     * Why an experiment cannot decide its hypotheses any more, whatever its other runs find: one
     * that succeeded, which nobody tries again, lacks the metric, and its seed will be looked at.
     *
     * @param experiment the name of an experiment
     * @return a sentence, or empty if nothing is known against it
     */
    static Optional<String> lacking(LabState state, String experiment) {
        Experiment of = state.experiment(experiment).orElseThrow();
        return of.hypotheses().stream()
                .map(id -> state.hypothesis(id).orElseThrow())
                .flatMap(hypothesis -> lacking(state, of, hypothesis))
                .findFirst();
    }

    private static Stream<String> lacking(
            LabState state, Experiment experiment, Hypothesis hypothesis) {
        AnalysisPlan plan = hypothesis.plan();
        return plan == null
                ? Stream.empty()
                : Stream.of(plan.treatment(), plan.control())
                        .flatMap(
                                arm ->
                                        bySeed(state, experiment, arm).values().stream()
                                                .limit(plan.design().mostSeeds().orElse(ALL)))
                        .filter(view -> Shortcomings.hasResult(view.state()))
                        .filter(view -> !view.values().containsKey(hypothesis.metric()))
                        .filter(view -> state.isEvidence(view, hypothesis.id()))
                        .map(view -> lacks(view, hypothesis.metric()));
    }

    /** The fewest seeds by which it may be decided. */
    int firstDecision() {
        return plan.design().firstDecision(hypothesis.claim().alpha());
    }

    /**
     * How the hypothesis stands.
     *
     * @throws RefusedException if no seed has ended
     */
    Finding finding() {
        Optional<Verdict> verdict =
                pairs.isEmpty() && !leftOut.isEmpty() ? Optional.empty() : Optional.of(judge());
        int missing =
                verdict.map(found -> found.nextLook().orElse(found.seeds()) - found.seeds())
                        .orElseGet(this::firstDecision);
        boolean alone = plan.family() == null;
        return new Finding(
                hypothesis.id(),
                verdict,
                missing,
                leftOut,
                verdict.filter(_ -> alone && missing == 0).map(Verdict::outcome),
                null);
    }

    /**
     * The verdict.
     *
     * @throws RefusedException if there is no pair
     */
    Verdict judge() {
        if (pairs.isEmpty()) {
            throw new RefusedException(
                    "experiment "
                            + experiment.id()
                            + " cannot be judged: expected a seed whose runs "
                            + plan.treatment()
                            + " and "
                            + plan.control()
                            + " have both ended, found none");
        }
        return Judge.judge(
                hypothesis.claim(),
                plan.design(),
                new PairedSeeds(pairs.stream().map(Pair::values).toList()));
    }

    /**
     * What is recorded of a final finding. An end of the interval that is not known is infinite.
     */
    VerdictReference reference(Finding finding) {
        Verdict verdict = finding.verdict().orElseThrow();
        HypothesisFamily family = plan.family();
        return new VerdictReference(
                hypothesis.id(),
                finding.outcome().orElseThrow(),
                verdict.effect(),
                verdict.interval().map(Interval::low).orElse(Double.NEGATIVE_INFINITY),
                verdict.interval().map(Interval::high).orElse(Double.POSITIVE_INFINITY),
                verdict.algorithm(),
                counted(verdict).flatMap(pair -> pair.runs().stream()).toList(),
                family == null
                        ? verdict.reason()
                        : verdict.reason() + corrected(family, finding.adjusted()),
                basis(verdict, finding.adjusted()));
    }

    private static String corrected(HypothesisFamily family, @Nullable Double adjusted) {
        return String.format(
                Locale.ROOT,
                " Of the %d hypotheses of family %s, corrected by %s at %s: confirmed from %.4g"
                        + " on.",
                family.members().size(),
                family.id(),
                family.correction(),
                family.alpha(),
                adjusted);
    }

    /** Seeds after a decision do not change it. */
    private Stream<Pair> counted(Verdict verdict) {
        return pairs.stream().limit(verdict.decidedAt().orElse(verdict.seeds()));
    }

    private VerdictBasis basis(Verdict verdict, @Nullable Double adjusted) {
        double alpha = verdict.claim().alpha();
        int looked = verdict.decidedAt().orElse(verdict.seeds());
        return new VerdictBasis(
                experiment.id(),
                hypothesis.hash(),
                after,
                alpha,
                plan.design().spent(alpha, looked),
                counted(verdict).map(Pair::values).toList(),
                verdict.decidedAt().isPresent() ? looked : null,
                verdict.favourable(),
                verdict.unfavourable(),
                adjusted);
    }
}
