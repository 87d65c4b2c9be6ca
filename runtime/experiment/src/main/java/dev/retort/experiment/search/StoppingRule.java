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
    default TrialDecision decide(List<Report> before, Report latest) {
        Race race = race();
        before.forEach(race::add);
        return race.decide(latest);
    }

    /** The same for a search that goes on: reports are added, and put in order as they come. */
    Race race();

    /** The reports so far. */
    interface Race {
        /** Adds the next report. */
        void add(Report report);

        /** How many reports were added. */
        int reports();

        /** Decides upon a report, which is not added. */
        TrialDecision decide(Report latest);
    }
}
