package dev.retort.experiment.state;

import static dev.retort.experiment.state.Fold.refuseIf;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.VerdictBasis;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.verdict.PairedSeeds;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The part of the rules that is about what is registered and decided. */
final class HypothesisFold {
    private final LabState state;

    HypothesisFold(LabState state) {
        this.state = state;
    }

    void register(HypothesisRegistered event, long seq) {
        Hypothesis hypothesis = event.hypothesis();
        refuseIf(
                !event.hash().equals(hypothesis.hash()),
                () ->
                        "hypothesis %s does not have the hash it is registered with"
                                .formatted(hypothesis.id()));
        refuseIf(
                state.hypotheses.get(hypothesis.id()) != null,
                () ->
                        ("hypothesis %s is registered already: what was registered cannot be"
                                        + " changed, register another under a new name")
                                .formatted(hypothesis.id()));
        checkFamily(hypothesis);
        state.hypotheses.put(hypothesis.id(), hypothesis);
        state.registrations.put(hypothesis.id(), seq);
    }

    /** All of a family are corrected alike. */
    private void checkFamily(Hypothesis hypothesis) {
        HypothesisFamily family = familyOf(hypothesis);
        for (String member : family == null ? List.<String>of() : family.members()) {
            Hypothesis other = state.hypotheses.get(member);
            refuseIf(
                    other != null && !Objects.equals(family, familyOf(other)),
                    () ->
                            "hypothesis %s names %s as one of its family, which was registered with another or none"
                                    .formatted(hypothesis.id(), member));
        }
    }

    private static @Nullable HypothesisFamily familyOf(Hypothesis hypothesis) {
        AnalysisPlan plan = hypothesis.plan();
        return plan == null ? null : plan.family();
    }

    /** What an experiment decides is registered before. */
    void submit(Experiment experiment) {
        for (String id : experiment.hypotheses()) {
            Hypothesis hypothesis = state.hypotheses.get(id);
            if (hypothesis == null) {
                throw new RefusedException(
                        "experiment %s names the hypothesis %s, which is not registered"
                                .formatted(experiment.id(), id));
            }
            checkPlan(experiment, hypothesis);
        }
    }

    /** What is to be decided needs the arms that were registered, and no more seeds. */
    private static void checkPlan(Experiment experiment, Hypothesis hypothesis) {
        AnalysisPlan plan = hypothesis.plan();
        if (plan == null || experiment.search() != null) {
            return;
        }
        List<String> arms = experiment.arms().stream().map(Arm::name).toList();
        refuseIf(
                !arms.contains(plan.treatment()) || !arms.contains(plan.control()),
                () ->
                        "experiment %s has the arms %s: expected %s and %s, by which hypothesis %s is registered to be decided"
                                .formatted(
                                        experiment.id(),
                                        arms,
                                        plan.treatment(),
                                        plan.control(),
                                        hypothesis.id()));
        HypothesisFamily family = plan.family();
        refuseIf(
                family != null && !experiment.hypotheses().containsAll(family.members()),
                () ->
                        "experiment %s decides %s: expected all that are corrected together, %s"
                                .formatted(
                                        experiment.id(),
                                        experiment.hypotheses(),
                                        Objects.requireNonNull(family).members()));
        int seeds = experiment.seeds().size();
        int most = plan.design().mostSeeds().orElse(Integer.MAX_VALUE);
        refuseIf(
                seeds > most,
                () ->
                        "experiment %s has %d seeds: expected at most %d, with which hypothesis %s is registered to be decided"
                                .formatted(experiment.id(), seeds, most, hypothesis.id()));
    }

    void decide(VerdictReference verdict) {
        Hypothesis hypothesis = state.hypotheses.get(verdict.hypothesis());
        if (hypothesis == null) {
            throw new RefusedException(
                    "the verdict is on hypothesis %s, which is not registered"
                            .formatted(verdict.hypothesis()));
        }
        for (String run : verdict.runs()) {
            RunState found =
                    state.run(run)
                            .orElseThrow(
                                    () -> new RefusedException("run " + run + " does not exist"))
                            .state();
            refuseIf(
                    !found.isFinal(),
                    () ->
                            "the verdict on %s uses run %s, which is %s"
                                    .formatted(verdict.hypothesis(), run, found));
        }
        if (hypothesis.plan() != null) {
            checkBasis(verdict, hypothesis, hypothesis.plan());
        }
        List<VerdictReference> all = new ArrayList<>(state.verdictsOn(verdict.hypothesis()));
        all.add(verdict);
        state.verdicts.put(verdict.hypothesis(), List.copyOf(all));
    }

    /** A verdict is what the runs of the registered arms gave, and nothing else. */
    private void checkBasis(VerdictReference verdict, Hypothesis hypothesis, AnalysisPlan plan) {
        VerdictBasis basis = verdict.basis();
        if (basis == null || !basis.registered().equals(hypothesis.hash())) {
            throw new RefusedException(
                    "the verdict on %s does not follow from what was registered: expected its arms and its stop rule"
                            .formatted(hypothesis.id()));
        }
        refuseIf(
                verdict.runs().size() != 2 * basis.samples().size(),
                () ->
                        "the verdict on %s has %d runs for %d seeds: expected two each"
                                .formatted(
                                        hypothesis.id(),
                                        verdict.runs().size(),
                                        basis.samples().size()));
        for (int i = 0; i < basis.samples().size(); i++) {
            PairedSeeds.Pair pair = basis.samples().get(i);
            checkRun(
                    verdict,
                    hypothesis,
                    verdict.runs().get(2 * i),
                    pair.treatment(),
                    Run.id(basis.experiment(), plan.treatment(), pair.seed()));
            checkRun(
                    verdict,
                    hypothesis,
                    verdict.runs().get(2 * i + 1),
                    pair.control(),
                    Run.id(basis.experiment(), plan.control(), pair.seed()));
        }
    }

    private void checkRun(
            VerdictReference verdict,
            Hypothesis hypothesis,
            String run,
            double value,
            String expected) {
        refuseIf(
                !run.equals(expected),
                () ->
                        "the verdict on %s uses run %s: expected run %s of what was registered"
                                .formatted(verdict.hypothesis(), run, expected));
        RunView view = state.run(run).orElseThrow();
        refuseIf(
                !state.isEvidence(view, hypothesis.id()),
                () ->
                        "the verdict on %s uses run %s, whose result was there before it was registered"
                                .formatted(hypothesis.id(), run));
        Double found = view.values().get(hypothesis.metric());
        refuseIf(
                found == null || found != value,
                () ->
                        "the verdict on %s has %s for run %s, which gave %s"
                                .formatted(verdict.hypothesis(), value, run, found));
    }
}
