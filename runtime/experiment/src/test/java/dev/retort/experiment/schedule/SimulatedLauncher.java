package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Attempts that take a while of virtual time and end as a test says. */
final class SimulatedLauncher implements Launcher {
    final List<Assignment> launched = new ArrayList<>();
    final Map<String, Integer> killed = new HashMap<>();

    /** What is at work now. */
    final Set<Assignment> atWork = new LinkedHashSet<>();

    /** How much of it. */
    int working;

    int mostWorking;

    private final VirtualTime time;
    private final Function<Assignment, Duration> duration;
    private final Function<Assignment, AttemptResult> end;

    SimulatedLauncher(
            VirtualTime time,
            Function<Assignment, Duration> duration,
            Function<Assignment, AttemptResult> end) {
        this.time = time;
        this.duration = duration;
        this.end = end;
    }

    /** Attempts of one duration that complete. */
    static SimulatedLauncher completing(VirtualTime time, Duration duration) {
        return new SimulatedLauncher(time, _ -> duration, _ -> completed());
    }

    static AttemptResult completed() {
        return new AttemptResult(CauseOfEnd.COMPLETED, "it completed", Map.of("m", 1.0), null);
    }

    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        launched.add(assignment);
        atWork.add(assignment);
        working++;
        mostWorking = Math.max(mostWorking, working);
        listener.started(1L, null);
        Child child = new Child(assignment, listener);
        time.after(duration.apply(assignment), () -> child.end(end.apply(assignment)));
        return child;
    }

    private final class Child implements Launched {
        private final Assignment assignment;
        private final Listener listener;
        private boolean ended;

        Child(Assignment assignment, Listener listener) {
            this.assignment = assignment;
            this.listener = listener;
        }

        void end(AttemptResult result) {
            if (!ended) {
                ended = true;
                atWork.remove(assignment);
                working--;
                listener.ended(result);
            }
        }

        @Override
        public void stop() {
            // It does not listen; it has to be killed.
        }

        @Override
        public void kill() {
            killed.merge(assignment.run(), 1, Integer::sum);
            end(AttemptResult.of(CauseOfEnd.KILLED, "it was killed"));
        }
    }
}
