package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Resources;
import dev.retort.experiment.state.RunView;

/**
 * A run that waits.
 *
 * @param run its name
 * @param team who pays
 * @param priority higher ones go first
 * @param resources what it needs
 * @param order the number in the order in which runs came
 * @param notBeforeMillis when it may go at the earliest
 */
record Waiting(
        String run,
        String team,
        int priority,
        Resources resources,
        long order,
        long notBeforeMillis) {
    static Waiting of(RunView view, Experiment experiment, long order) {
        return new Waiting(
                view.run().id(),
                experiment.team(),
                experiment.priority(),
                experiment.resources(),
                order,
                view.notBeforeMillis());
    }
}
