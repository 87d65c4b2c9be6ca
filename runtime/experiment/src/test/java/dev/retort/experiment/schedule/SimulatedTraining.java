package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Trainings of one second of virtual time an epoch that report, save after each report, and stop at
 * a report when they are asked to.
 */
final class SimulatedTraining implements Launcher {
    /** The loss of a trial after some epochs. */
    interface Curve {
        double loss(String arm, Map<String, Object> config, int epochs);
    }

    /** The epochs that all trainings did together. */
    long epochs;

    final Map<String, Integer> trained = new HashMap<>();

    private final VirtualTime time;
    private final Curve curve;
    private final int most;
    private final IntPredicate reports;

    SimulatedTraining(VirtualTime time, Curve curve, int most, IntPredicate reports) {
        this.time = time;
        this.curve = curve;
        this.most = most;
        this.reports = reports;
    }

    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        listener.started(1L, null);
        Checkpoint from = assignment.checkpoint();
        Training training =
                new Training(assignment, listener, from == null ? 0 : (int) from.step());
        training.next();
        return training;
    }

    private final class Training implements Launched {
        private final Assignment assignment;
        private final Listener listener;
        private int done;
        private boolean stop;
        private boolean ended;

        Training(Assignment assignment, Listener listener, int done) {
            this.assignment = assignment;
            this.listener = listener;
            this.done = done;
        }

        void next() {
            time.after(Duration.ofSeconds(1), this::epoch);
        }

        private void epoch() {
            if (ended) {
                return;
            }
            done++;
            epochs++;
            trained.merge(assignment.arm().name(), 1, Integer::sum);
            if (!reports.test(done) && done < most) {
                next();
                return;
            }
            double loss = loss();
            var _ =
                    listener.saved(new Checkpoint(done, "none", "none", 0))
                            .thenCompose(_ -> listener.reported(new EpochReport(done, loss)))
                            .whenComplete((_, error) -> time.execute(() -> reported(loss, error)));
        }

        private double loss() {
            return curve.loss(assignment.arm().name(), assignment.arm().config(), done);
        }

        private void reported(double loss, Throwable error) {
            if (error != null) {
                end(AttemptResult.of(CauseOfEnd.EXCEPTION, String.valueOf(error.getMessage())));
            } else if (stop) {
                end(AttemptResult.of(CauseOfEnd.STOPPED, "asked to"));
            } else if (done >= most) {
                end(new AttemptResult(CauseOfEnd.COMPLETED, "done", Map.of("loss", loss), null));
            } else {
                next();
            }
        }

        private void end(AttemptResult result) {
            if (!ended) {
                ended = true;
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
