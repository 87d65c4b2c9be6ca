package dev.retort.experiment.lab;

import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;

import java.util.List;

/**
 * Judges what a lab registered by what its runs found, as it was registered to be decided. The
 * pairs are those of the seeds in the order in which they were planned, up to the first whose runs
 * have not both ended. Safe for use by several threads.
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
     * @return how it stands
     * @throws RefusedException if there is no such experiment, it decides no hypothesis that was
     *     registered with a plan, no pair of runs has ended, or one of them ended without the
     *     metric: to leave it out would bias the verdict
     */
    public Finding judge(String experiment) {
        return hearing(experiment).finding();
    }

    /**
     * Judges as {@link #judge} and, if the verdict is final, records it: if it is decided, or no
     * further look is planned.
     *
     * @param experiment an experiment that decides a hypothesis
     * @return how it stands
     * @throws RefusedException as {@link #judge}
     */
    public Finding record(String experiment) {
        Hearing hearing = hearing(experiment);
        Finding finding = hearing.finding();
        if (finding.isFinal()) {
            record(hearing.reference(finding.verdict().orElseThrow()));
        }
        return finding;
    }

    /** Records what was not found before, when less was known. */
    private void record(VerdictReference made) {
        List<VerdictReference> before = lab.verdicts(made.hypothesis());
        if (before.isEmpty() || !before.getLast().isSameFinding(made)) {
            lab.decide(made);
        }
    }

    private Hearing hearing(String experiment) {
        return lab.read(state -> hearing(state, experiment));
    }

    private static Hearing hearing(LabState state, String experiment) {
        return Hearing.of(
                state,
                state.experiment(experiment)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "experiment " + experiment + " does not exist")));
    }
}
