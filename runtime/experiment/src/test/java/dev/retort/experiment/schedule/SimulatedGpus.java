package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.Use;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/**
 * Stand-in devices, simulated: trainings of some steps that hold memory and slow each other down.
 * The config of an arm says {@code steps}, {@code peak} bytes, {@code grows} for bytes more each
 * second, and {@code speed} in steps a second alone. Who asks for memory that is not there runs out
 * of it.
 */
final class SimulatedGpus implements Launcher {
    /** Who was at work together on a device, by name, each constellation once. */
    final TreeSet<String> together = new TreeSet<>();

    final List<Assignment> launched = new ArrayList<>();

    /** The steps that were done, by run: more than it has if some were done again. */
    final Map<String, Double> done = new HashMap<>();

    /** Whether they say nothing of what they hold. */
    boolean silent;

    private final VirtualTime time;
    private final long memoryBytes;
    private final IntToDoubleFunction pace;
    private final Map<Integer, List<Training>> atWork = new HashMap<>();

    /**
     * Devices.
     *
     * @param memoryBytes the memory of each
     * @param pace which part of its pace alone each of so many has
     */
    SimulatedGpus(VirtualTime time, long memoryBytes, IntToDoubleFunction pace) {
        this.time = time;
        this.memoryBytes = memoryBytes;
        this.pace = pace;
    }

    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        launched.add(assignment);
        listener.started(1L, null);
        Training training = new Training(assignment, listener);
        List<Training> there =
                atWork.computeIfAbsent(assignment.devices().getFirst(), _ -> new ArrayList<>());
        there.add(training);
        if (there.size() > 1) {
            together.add(String.join("+", there.stream().map(one -> one.run()).sorted().toList()));
        }
        training.next();
        return training;
    }

    private final class Training implements Launched {
        private final Assignment assignment;
        private final Listener listener;
        private double steps;
        private long held;
        private int seconds;
        private boolean stop;
        private boolean ended;

        Training(Assignment assignment, Listener listener) {
            this.assignment = assignment;
            this.listener = listener;
            Checkpoint from = assignment.checkpoint();
            this.steps = from == null ? 0 : from.step();
        }

        String run() {
            return assignment.run();
        }

        private long of(String parameter) {
            return (Long) Objects.requireNonNull(assignment.arm().config().get(parameter));
        }

        private long peak() {
            return of("peak") + of("grows") * seconds;
        }

        private List<Training> there() {
            return Objects.requireNonNull(atWork.get(assignment.devices().getFirst()));
        }

        void next() {
            time.after(Duration.ofSeconds(1), this::second);
        }

        private void second() {
            if (ended) {
                return;
            }
            seconds++;
            long others = there().stream().mapToLong(one -> one == this ? 0 : one.held).sum();
            if (others + peak() > memoryBytes) {
                end(AttemptResult.of(CauseOfEnd.OUT_OF_MEMORY, "simulated"));
                return;
            }
            held = peak();
            double more = of("speed") * pace.applyAsDouble(there().size());
            steps += more;
            done.merge(run(), more, Double::sum);
            if (seconds % 5 == 0) {
                listener.used(new Use((long) steps, time.nanos(), silent ? null : held));
            }
            if (stop) {
                Checkpoint saved = new Checkpoint((long) steps, "none", "none", 0);
                var _ =
                        listener.saved(saved)
                                .whenComplete(
                                        (_, _) ->
                                                time.execute(
                                                        () ->
                                                                end(
                                                                        AttemptResult.of(
                                                                                CauseOfEnd.STOPPED,
                                                                                "asked to"))));
            } else if (steps >= of("steps")) {
                end(SimulatedLauncher.completed());
            } else {
                next();
            }
        }

        private void end(AttemptResult result) {
            if (!ended) {
                ended = true;
                there().remove(this);
                listener.ended(result);
            }
        }

        @Override
        public void stop() {
            stop = true;
        }

        @Override
        public void kill() {
            end(AttemptResult.of(CauseOfEnd.KILLED, "it was killed"));
        }
    }
}
