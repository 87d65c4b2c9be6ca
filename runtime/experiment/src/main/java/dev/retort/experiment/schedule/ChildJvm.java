package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.Message;
import dev.retort.experiment.worker.Use;
import dev.retort.experiment.worker.Worker;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A child JVM: what it says, whether it is alive, and how it ended. */
final class ChildJvm implements Launcher.Launched {
    /** How long what it said last may take to be read after its end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";

    /** How long it may take to exit once it has told its result. */
    private static final Duration EXIT = Duration.ofSeconds(30);

    private final Process process;
    private final Assignment assignment;
    private final ChildJvms options;
    private final ProcessEnds ends;
    private final OptionalLong killsBefore;
    private final Launcher.Listener listener;
    private final OutputStream in;
    private volatile @Nullable AttemptResult result;
    private volatile @Nullable String hung;
    private volatile boolean saidOutOfMemory;
    private volatile boolean over;
    private volatile long progress = -1;
    private long lastNumber;
    private boolean stepped;
    private final AtomicLong heard = new AtomicLong();
    private final CountDownLatch read = new CountDownLatch(1);

    ChildJvm(
            Process process,
            Assignment assignment,
            ChildJvms options,
            ProcessEnds ends,
            OptionalLong killsBefore,
            Launcher.Listener listener) {
        this.process = process;
        this.assignment = assignment;
        this.options = options;
        this.ends = ends;
        this.killsBefore = killsBefore;
        this.listener = listener;
        this.in = process.getOutputStream();
    }

    void begin() {
        Thread.ofVirtual().name("retort-child-" + process.pid()).start(this::listen);
        Thread.ofVirtual().name("retort-watchdog-" + process.pid()).start(this::watch);
        var _ = process.onExit().thenRunAsync(this::ended, Thread::startVirtualThread);
        say(Json.write(assignment));
    }

    @Override
    public void stop() {
        say(Worker.STOP);
    }

    @Override
    public void kill() {
        // Those it started first: once it is gone, nobody knows whose they were.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
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
        } finally {
            read.countDown();
        }
    }

    /**
     * Its end is that of its process. Its output may stay open for longer, as a process that it
     * started and left behind may write to it as well.
     */
    private void ended() {
        try {
            var _ = read.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            // Nobody interrupts this thread on purpose.
        }
        over = true;
        AttemptResult end = end();
        listener.ended(
                end.metrics() == null
                        ? end.withMetrics(AttemptResult.MetricsFile.leftBy(assignment))
                        : end);
    }

    private AttemptResult end() {
        AttemptResult told = result;
        if (told != null) {
            return told;
        }
        String why = hung;
        return why != null
                ? AttemptResult.of(CauseOfEnd.HUNG, why)
                : ends.explain(process.exitValue(), saidOutOfMemory, killsBefore);
    }

    private void hear(Message message) {
        if (over) {
            return;
        }
        heard.incrementAndGet();
        Long pid = message.hello();
        if (pid != null) {
            listener.started(pid, HostProcess.process(pid));
        }
        Long count = message.progress();
        if (count != null) {
            progress = count;
        }
        if (message.stepped() && !stepped) {
            stepped = true;
            listener.stepped();
        }
        Use use = message.use();
        if (use != null && !assignment.devices().isEmpty()) {
            listener.used(use);
        }
        if (message.number() > lastNumber) {
            // What is said again since it may have been torn is done once.
            lastNumber = message.number();
            record(message);
        }
        if (message.result() != null) {
            result = message.result();
            say(Worker.DONE);
        }
    }

    private void record(Message message) {
        Checkpoint checkpoint = message.checkpoint();
        EpochReport report = message.report();
        CompletableFuture<?> done;
        if (checkpoint != null) {
            done = listener.saved(checkpoint);
        } else if (report != null) {
            done = listener.reported(report);
        } else {
            return;
        }
        var _ = done.whenComplete((_, error) -> answer(message.number(), error));
    }

    private void answer(long number, @Nullable Throwable error) {
        say(
                number
                        + " "
                        + (error == null
                                ? Worker.COMMITTED
                                : Worker.REFUSED + " " + oneLine(error)));
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
        Watchdog signs = new Watchdog(options.beat(), System.nanoTime());
        Watchdog exit = new Watchdog(options.beat(), System.nanoTime());
        Watchdog work = new Watchdog(options.beat(), System.nanoTime());
        try {
            while (!process.waitFor(options.beat().toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                long silent = signs.silentNanos(heard.get(), now);
                long idle = work.silentNanos(progress, now);
                // Before its result the count moves with each look.
                if (exit.silentNanos(result == null ? now : 0, now) > EXIT.toNanos()) {
                    kill();
                } else if (silent > options.heartbeatTimeout().toNanos()) {
                    end("it gave no sign of life for " + seconds(options.heartbeatTimeout()));
                } else if (idle > options.progressTimeout().toNanos()) {
                    end("its task made no progress for " + seconds(options.progressTimeout()));
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
        kill();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " seconds";
    }
}
