package dev.retort.experiment.lab;

import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.verdict.Family;
import dev.retort.experiment.verdict.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an experiment says of its hypotheses: a function of the state. Those of a family are decided
 * together, once none of them has a further look.
 */
record Conclusion(List<Hearing> hearings, List<Finding> findings) {
    /**
     * Of an experiment, as things stand.
     *
     * @throws RefusedException as {@link #hearings} and {@link #of(List)}
     */
    static Conclusion of(LabState state, String experiment) {
        return of(hearings(state, experiment));
    }

    /**
     * What is to be judged. Takes no longer than to look at the runs, so that a store may be read.
     *
     * @throws RefusedException as {@link Hearing#of}, or if there is no such experiment
     */
    static List<Hearing> hearings(LabState state, String experiment) {
        return Hearing.of(
                state,
                state.experiment(experiment)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "experiment " + experiment + " does not exist")));
    }

    /**
     * Judges.
     *
     * @throws RefusedException as {@link Hearing#finding}
     */
    static Conclusion of(List<Hearing> hearings) {
        List<Finding> findings = new ArrayList<>();
        hearings.forEach(hearing -> findings.add(hearing.finding()));
        correct(hearings, findings);
        return new Conclusion(hearings, List.copyOf(findings));
    }

    private static void correct(List<Hearing> hearings, List<Finding> findings) {
        Map<HypothesisFamily, List<Integer>> families = new LinkedHashMap<>();
        for (int i = 0; i < hearings.size(); i++) {
            HypothesisFamily family = hearings.get(i).plan().family();
            if (family != null) {
                families.computeIfAbsent(family, _ -> new ArrayList<>()).add(i);
            }
        }
        families.forEach(
                (family, members) -> {
                    boolean open = members.stream().anyMatch(i -> findings.get(i).missing() > 0);
                    if (!open) {
                        List<Verdict> verdicts =
                                members.stream()
                                        .map(i -> findings.get(i).verdict().orElseThrow())
                                        .toList();
                        List<Family.Member> corrected = family.rule().conclude(verdicts);
                        for (int i = 0; i < members.size(); i++) {
                            int at = members.get(i);
                            findings.set(at, findings.get(at).corrected(corrected.get(i)));
                        }
                    }
                });
    }

    /** The verdicts that are final. */
    List<VerdictReference> references() {
        List<VerdictReference> references = new ArrayList<>();
        for (int i = 0; i < findings.size(); i++) {
            if (findings.get(i).isFinal()) {
                references.add(hearings.get(i).reference(findings.get(i)));
            }
        }
        return references;
    }
}
