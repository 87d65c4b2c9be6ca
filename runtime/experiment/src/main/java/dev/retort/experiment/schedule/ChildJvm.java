package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.Message;
import dev.retort.experiment.worker.Worker;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A child JVM: what it says, whether it is alive, and how it ended. */
final class ChildJvm implements Launcher.Launched {
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";

    private final Process process;
    private final ChildJvms options;
    private final ProcessEnds ends;
    private final OptionalLong killsBefore;
    private final Launcher.Listener listener;
    private final OutputStream in;
    private volatile @Nullable AttemptResult result;
    private volatile @Nullable String hung;
    private volatile boolean saidOutOfMemory;
    private volatile long heardNanos = System.nanoTime();
    private volatile long progressNanos = heardNanos;
    private long progress = -1;

    ChildJvm(
            Process process,
            ChildJvms options,
            ProcessEnds ends,
            OptionalLong killsBefore,
            Launcher.Listener listener) {
        this.process = process;
        this.options = options;
        this.ends = ends;
        this.killsBefore = killsBefore;
        this.listener = listener;
        this.in = process.getOutputStream();
    }

    void begin(Assignment assignment) {
        Thread.ofVirtual().name("retort-child-" + process.pid()).start(this::listen);
        Thread.ofVirtual().name("retort-watchdog-" + process.pid()).start(this::watch);
        say(Json.write(assignment));
    }

    @Override
    public void stop() {
        say(Worker.STOP);
    }

    @Override
    public void kill() {
        process.destroyForcibly();
    }

    private void listen() {
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.contains(OUT_OF_MEMORY)) {
                    saidOutOfMemory = true;
                }
                Message.parse(line).ifPresent(this::hear);
            }
        } catch (IOException _) {
            // As at its end.
        }
        listener.ended(end());
    }

    private AttemptResult end() {
        int exitCode = exitCode();
        AttemptResult told = result;
        if (told != null) {
            return told;
        }
        String why = hung;
        return why != null
                ? AttemptResult.of(CauseOfEnd.HUNG, why)
                : ends.explain(exitCode, saidOutOfMemory, killsBefore);
    }

    private int exitCode() {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException _) {
                // Nobody interrupts this thread on purpose.
            }
        }
    }

    private void hear(Message message) {
        heardNanos = System.nanoTime();
        if (message.hello() != null) {
            listener.started(message.hello());
        }
        Long count = message.progress();
        if (count != null && count != progress) {
            progress = count;
            progressNanos = heardNanos;
        }
        Checkpoint checkpoint = message.checkpoint();
        if (checkpoint != null) {
            var _ =
                    listener.saved(checkpoint)
                            .whenComplete(
                                    (_, error) ->
                                            say(
                                                    error == null
                                                            ? Worker.COMMITTED
                                                            : Worker.REFUSED
                                                                    + " "
                                                                    + oneLine(error)));
        }
        if (message.result() != null) {
            result = message.result();
            say(Worker.DONE);
        }
    }

    private static String oneLine(Throwable error) {
        return String.valueOf(error.getMessage()).replace('\n', ' ');
    }

    private synchronized void say(String line) {
        try {
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException _) {
            // It has ended; who listens finds out why.
        }
    }

    private void watch() {
        try {
            while (!process.waitFor(options.beat().toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                if (now - heardNanos > options.silence().toNanos()) {
                    end("it gave no sign of life for " + seconds(options.silence()));
                } else if (now - progressNanos > options.noProgress().toNanos()) {
                    end("its task made no progress for " + seconds(options.noProgress()));
                }
            }
        } catch (InterruptedException _) {
            // Nobody interrupts this thread on purpose.
        }
    }

    private void end(String why) {
        if (result == null) {
            hung = why;
        }
        process.destroyForcibly();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " seconds";
    }
}
