package dev.retort.experiment.worker;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * The main class of a child JVM. It reads its assignment from standard input, where its parent also
 * says what was recorded and when to stop; when that ends, so does the child, since its parent is
 * gone and its lease with it. Of the signals that end a job as a whole (SIGINT, SIGHUP, SIGTERM) it
 * takes no notice once its JVM is up: its parent gets them too, and has it stop at a checkpoint.
 */
public final class Worker {
    /**
     * What the parent says when a checkpoint or a report is on disk; its number and a blank go
     * before.
     */
    public static final String COMMITTED = "committed";

    /**
     * What the parent says when it cannot be recorded; its number and a blank go before, and the
     * reason follows a blank.
     */
    public static final String REFUSED = "refused";

    /** What the parent says when the task should stop. */
    public static final String STOP = "stop";

    /** What the parent says when it has read the result. */
    public static final String DONE = "done";

    private static final int ORPHANED = 75;

    /** After how long something is said again: native code may have printed into it. */
    private static final long AGAIN_SECONDS = 10;

    private final PrintStream out;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Object requestLock = new Object();
    private long requests;

    private Worker(PrintStream out) {
        this.out = out;
    }

    /**
     * Does one attempt.
     *
     * @param arguments one: the milliseconds between signs of life
     * @throws IOException if there is no assignment
     */
    public static void main(String[] arguments) throws IOException {
        GroupSignals.ignore();
        PrintStream out = System.out;
        // What the task prints must not get between the messages.
        System.setOut(System.err);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        if (line == null) {
            return;
        }
        Worker worker = new Worker(new PrintStream(out, false, StandardCharsets.UTF_8));
        Assignment assignment = Json.read(line, Assignment.class);
        for (String lock : assignment.locks()) {
            DeviceLock.holdForWorker(Path.of(lock));
        }
        worker.work(assignment, in, Long.parseLong(arguments[0]));
        // Threads that the task left behind do not keep the process.
        System.exit(0);
    }

    private void work(Assignment assignment, BufferedReader in, long beatMillis) {
        TaskRun run = new TaskRun(assignment, new Asking());
        send(Message.hello(ProcessHandle.current().pid()));
        Thread.ofPlatform().daemon().name("retort-parent").start(() -> listen(in, run));
        Thread.ofPlatform().daemon().name("retort-beat").start(() -> beat(run, beatMillis));
        AttemptResult result = run.run();
        boolean heard = false;
        while (!heard) {
            send(Message.of(result));
            heard = isDone();
        }
    }

    private boolean isDone() {
        try {
            return done.await(AGAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            // Left over from the task.
            return false;
        }
    }

    /** Has the parent record something, and waits until it is on disk. */
    private void ask(LongFunction<Message> request) throws IOException, InterruptedException {
        synchronized (requestLock) {
            long number = ++requests;
            String answer = null;
            while (answer == null) {
                send(request.apply(number));
                answer = answerTo(number);
            }
            if (!answer.equals(COMMITTED)) {
                throw new IOException(answer.substring(REFUSED.length()).strip());
            }
        }
    }

    /** Passes over answers to requests that were interrupted; {@code null} if none comes. */
    private @Nullable String answerTo(long number) throws InterruptedException {
        String own = number + " ";
        String answer = answers.poll(AGAIN_SECONDS, TimeUnit.SECONDS);
        while (answer != null && !answer.startsWith(own)) {
            answer = answers.poll(AGAIN_SECONDS, TimeUnit.SECONDS);
        }
        return answer == null ? null : answer.substring(own.length());
    }

    private void listen(BufferedReader in, TaskRun run) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(STOP)) {
                    run.stop();
                } else if (line.equals(DONE)) {
                    done.countDown();
                } else {
                    answers.add(line);
                }
            }
        } catch (IOException _) {
            // As at its end.
        }
        Runtime.getRuntime().halt(ORPHANED);
    }

    private void beat(TaskRun run, long beatMillis) {
        while (true) {
            send(Message.progress(run.progressCount(), run.use(), run.isStepped()));
            try {
                Thread.sleep(beatMillis);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private final class Asking implements TaskRun.Recorder {
        @Override
        public void stepped() {
            send(Message.firstStep());
        }

        @Override
        public void commit(Checkpoint checkpoint) throws IOException, InterruptedException {
            ask(number -> Message.of(number, checkpoint));
        }

        @Override
        public void report(EpochReport report) throws IOException, InterruptedException {
            ask(number -> Message.of(number, report));
        }
    }

    private synchronized void send(Message message) {
        out.print(message.line());
        out.flush();
    }
}
