package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.TaskRun;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Attempts in virtual threads of this process. */
final class InProcessLauncher implements Launcher {
    @Override
    public Launched launch(Assignment assignment, Listener listener) {
        TaskRun run =
                new TaskRun(
                        assignment,
                        checkpoint -> {
                            try {
                                listener.saved(checkpoint).get();
                            } catch (ExecutionException e) {
                                throw new IOException(reason(e), e);
                            }
                        });
        Thread thread =
                Thread.ofVirtual()
                        .name("retort-run-" + assignment.run())
                        .unstarted(
                                () -> {
                                    listener.started(null);
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

    private static String reason(ExecutionException error) {
        Throwable cause = error.getCause();
        return String.valueOf(cause == null ? null : cause.getMessage());
    }
}
