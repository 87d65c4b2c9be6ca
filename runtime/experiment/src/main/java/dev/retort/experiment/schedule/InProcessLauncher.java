package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.TaskRun;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Attempts in virtual threads of this process. */
final class InProcessLauncher implements Launcher {
    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        TaskRun run = new TaskRun(assignment, new Telling(listener));
        AtomicBoolean killed = new AtomicBoolean();
        Thread thread =
                Thread.ofVirtual()
                        .name("retort-run-" + assignment.run())
                        .unstarted(
                                () -> {
                                    listener.started(null, null);
                                    listener.ended(told(run.run(), killed.get()));
                                });
        thread.setUncaughtExceptionHandler(
                (_, error) ->
                        listener.ended(
                                told(
                                        AttemptResult.of(
                                                CauseOfEnd.EXCEPTION, String.valueOf(error)),
                                        killed.get())));
        thread.start();
        return new Launched() {
            @Override
            public void stop() {
                run.stop();
            }

            @Override
            public void kill() {
                killed.set(true);
                run.stop();
                thread.interrupt();
            }
        };
    }

    /**
     * An interrupt reaches a task wherever it is, and files that it writes to break in its hands:
     * whatever it says of that, it was killed, unless it had come to its end all the same.
     */
    private static AttemptResult told(AttemptResult result, boolean killed) {
        if (!killed) {
            return result;
        }
        return switch (result.cause()) {
            case COMPLETED, STOPPED, INFEASIBLE, KILLED -> result;
            default ->
                    AttemptResult.of(CauseOfEnd.KILLED, "it was interrupted: " + result.detail())
                            .withMetrics(result.metrics());
        };
    }

    /** Tells a listener, and waits until it has recorded what was said. */
    private record Telling(Listener listener) implements TaskRun.Recorder {
        @Override
        public void stepped() {
            listener.stepped();
        }

        @Override
        public void commit(Checkpoint checkpoint) throws IOException, InterruptedException {
            await(listener.saved(checkpoint));
        }

        @Override
        public void report(EpochReport report) throws IOException, InterruptedException {
            await(listener.reported(report));
        }

        private static void await(CompletableFuture<?> recorded)
                throws IOException, InterruptedException {
            try {
                recorded.get();
            } catch (ExecutionException e) {
                throw new IOException(reason(e), e);
            }
        }
    }

    private static String reason(ExecutionException error) {
        Throwable cause = error.getCause();
        return String.valueOf(cause == null ? null : cause.getMessage());
    }
}
