package dev.retort.experiment.lab;

import dev.retort.experiment.RunState;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.store.EventStore;

import java.util.List;

/** Has what is queued done by a scheduler of this process. */
public final class Work {
    private Work() {}

    /**
     * Does what is queued until nothing is left that can be done. Blocks; other schedulers on the
     * store may do some of it.
     *
     * @param store where the runs are; stays open
     * @param options of the scheduler
     * @param whose the runs; what else is queued stays queued
     * @return what is left of them and why, a sentence each
     */
    public static List<String> untilIdle(
            EventStore store, SchedulerOptions options, RunFilter whose) {
        try (Scheduler scheduler = Scheduler.start(store, options.takingOnly(whose::fits))) {
            scheduler.idle().join();
            return new Lab(store, scheduler.id())
                    .runs(whose.in(RunState.QUEUED)).stream()
                            .map(view -> view.run().id())
                            .map(run -> run + " waits: " + scheduler.why(run))
                            .toList();
        }
    }
}
