package dev.retort.experiment.search;

import java.util.List;

/** A rule that stops hopeless trials early. A value without state: a log replays bit for bit. */
public sealed interface StoppingRule extends EarlyStopping permits AshaStopping, MedianRule {
    /**
     * Decides.
     *
     * @param before the reports of all trials so far, in the order in which they came
     * @param latest the report of the trial in question
     * @return the decision
     */
    TrialDecision decide(List<Report> before, Report latest);
}
