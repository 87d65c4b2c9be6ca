package dev.retort.experiment.worker;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The main class of a child JVM. It reads its assignment from standard input, where its parent also
 * says what was recorded and when to stop; when that ends, so does the child, since its parent is
 * gone and its lease with it.
 */
public final class Worker {
    /** What the parent says when a checkpoint is on disk. */
    public static final String COMMITTED = "committed";

    /** What the parent says when a checkpoint cannot be recorded; the reason follows a blank. */
    public static final String REFUSED = "refused";

    /** What the parent says when the task should stop. */
    public static final String STOP = "stop";

    /** What the parent says when it has read the result. */
    public static final String DONE = "done";

    private static final int ORPHANED = 75;

    private final PrintStream out;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Object commitLock = new Object();

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
        worker.work(Json.read(line, Assignment.class), in, Long.parseLong(arguments[0]));
        // Threads that the task left behind do not keep the process.
        System.exit(0);
    }

    private void work(Assignment assignment, BufferedReader in, long beatMillis) {
        TaskRun run = new TaskRun(assignment, this::commit);
        send(new Message(ProcessHandle.current().pid(), null, null, null));
        Thread.ofPlatform().daemon().name("retort-parent").start(() -> listen(in, run));
        Thread.ofPlatform().daemon().name("retort-beat").start(() -> beat(run, beatMillis));
        AttemptResult result = run.run();
        send(new Message(null, null, null, result));
        String answer = null;
        while (!DONE.equals(answer)) {
            answer = nextAnswer();
        }
    }

    private @Nullable String nextAnswer() {
        try {
            return answers.take();
        } catch (InterruptedException _) {
            // Left over from the task.
            return null;
        }
    }

    private void commit(Checkpoint checkpoint) throws IOException, InterruptedException {
        synchronized (commitLock) {
            send(new Message(null, null, checkpoint, null));
            String answer = answers.take();
            if (!answer.equals(COMMITTED)) {
                throw new IOException(answer.substring(REFUSED.length()).strip());
            }
        }
    }

    private void listen(BufferedReader in, TaskRun run) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(STOP)) {
                    run.stop();
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
            send(new Message(null, run.progressCount(), null, null));
            try {
                Thread.sleep(beatMillis);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private synchronized void send(Message message) {
        out.print(message.line());
        out.flush();
    }
}
