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

/** Attempts in virtual threads of this process. */
final class InProcessLauncher implements Launcher {
    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        TaskRun run = new TaskRun(assignment, new Telling(listener));
        Thread thread =
                Thread.ofVirtual()
                        .name("retort-run-" + assignment.run())
                        .unstarted(
                                () -> {
                                    listener.started(null, null);
                                    listener.ended(run.run());
                                });
        thread.setUncaughtExceptionHandler(
                (_, error) ->
                        listener.ended(
                                AttemptResult.of(CauseOfEnd.EXCEPTION, String.valueOf(error))));
        thread.start();
        return new Launched() {
            @Override
            public void stop() {
                run.stop();
            }

            @Override
            public void kill() {
                run.stop();
                thread.interrupt();
            }
        };
    }

    /** Tells a listener, and waits until it has recorded what was said. */
    private record Telling(Listener listener) implements TaskRun.Recorder {
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
