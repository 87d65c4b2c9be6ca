package dev.retort.experiment.schedule;

import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.SearchClosed;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.RecordedEvent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What events mean for the runs that wait and for the attempts of a scheduler. */
final class Ears {
    private final SchedulerLoop loop;
    private final WaitingRuns waiting;
    private final Attempts attempts;

    Ears(SchedulerLoop loop, WaitingRuns waiting, Attempts attempts) {
        this.loop = loop;
        this.waiting = waiting;
        this.attempts = attempts;
    }

    /** Takes in what happened, here or elsewhere; returns the experiments it may matter to. */
    Set<String> of(List<RecordedEvent> events) {
        Set<String> touched = new LinkedHashSet<>();
        for (RecordedEvent recorded : events) {
            switch (recorded.event()) {
                case ExperimentSubmitted event -> touched.add(event.experiment().id());
                case SearchClosed event -> touched.add(event.experiment());
                case RunQueued event -> {
                    loop.enqueue(event.run());
                    waiting.queued(event.run());
                }
                case RunReopened event -> loop.enqueue(event.run());
                case RunAdmitted event -> {
                    if (!event.scheduler().equals(loop.id())) {
                        waiting.remove(event.run());
                    }
                }
                case CheckpointCommitted event -> waiting.release(event.run());
                case RunPaused event -> touched.add(rests(event.run()));
                case AttemptEnded event -> {
                    waiting.spent(event.run());
                    loop.running(event.run())
                            .filter(attempt -> attempt.token == event.token())
                            .ifPresent(attempts::lost);
                }
                case RunEnded event -> {
                    waiting.spent(event.run());
                    touched.add(rests(event.run()));
                }
                case StopRequested event -> loop.running(event.run()).ifPresent(attempts::stop);
                default -> {}
            }
        }
        return touched;
    }

    /** A run that goes no further is waited for no more; returns its experiment. */
    private String rests(String run) {
        waiting.remove(run);
        waiting.release(run);
        return Run.experimentOf(run);
    }
}
