package dev.retort.experiment.search;

import java.util.List;

/** A rule that stops hopeless trials early. A value without state: a log replays bit for bit. */
public sealed interface StoppingRule permits AshaStopping, MedianRule {
    /**
     * Decides.
     *
     * @param before the reports of all trials so far, in the order in which they came. Those that
     *     do not matter may be left out; {@link Decision#inputs} are those that do
     * @param latest the report of the trial in question
     * @return the decision
     */
    Decision decide(List<Report> before, Report latest);
}
