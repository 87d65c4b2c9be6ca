package dev.retort.experiment.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.VerdictReference;
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
     * Judges the hypotheses of an experiment as things stand. Looking again after more seeds does
     * not add to the error.
     *
     * @param experiment an experiment that decides hypotheses
     * @return how they stand, in the order of {@link Experiment#hypotheses()}
     * @throws RefusedException if there is no such experiment, it decides no hypothesis that was
     *     registered with a plan, no pair of runs has ended, or one of them ended without the
     *     metric: to leave it out would bias the verdict
     */
    public List<Finding> judge(String experiment) {
        return conclusion(experiment).findings();
    }

    /**
     * Judges as {@link #judge} and records the verdicts that are final: decided, or without a
     * further look; of a family, all at once.
     *
     * @param experiment an experiment that decides hypotheses
     * @return how they stand
     * @throws RefusedException as {@link #judge}
     */
    public List<Finding> record(String experiment) {
        Conclusion conclusion = conclusion(experiment);
        conclusion.references().stream().filter(made -> !isRecorded(made)).forEach(lab::decide);
        return conclusion.findings();
    }

    /** Judged without the lock of the store. */
    private Conclusion conclusion(String experiment) {
        return Conclusion.of(lab.read(state -> Conclusion.hearings(state, experiment)));
    }

    /** Whether the same was found when less was known. */
    private boolean isRecorded(VerdictReference made) {
        List<VerdictReference> before = lab.verdicts(made.hypothesis());
        return !before.isEmpty() && before.getLast().isSameFinding(made);
    }
}
