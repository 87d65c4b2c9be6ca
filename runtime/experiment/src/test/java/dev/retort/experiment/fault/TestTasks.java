package dev.retort.experiment.fault;

import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What runs in child JVMs of tests. */
public final class TestTasks {
    private TestTasks() {}

    /** Ends at once. */
    public static final class Nothing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("seed", (double) context.seed()));
        }
    }

    /** Says which devices its process sees, and how many it was given. */
    public static final class Seeing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            double visible = Double.parseDouble(System.getenv("CUDA_VISIBLE_DEVICES"));
            double last = context.devices().isEmpty() ? -1 : context.devices().getLast();
            return new Outcome.Finished(Map.of("visible", visible, "last", last));
        }
    }

    /**
     * Counts to {@code steps}, waits {@code millis} in each, and commits a checkpoint after each.
     * At step {@code gateStep} it waits until the file {@code gate} is there.
     */
    public static final class Counting implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            long step = context.resumption().map(TaskContext.Resumption::step).orElse(0L);
            long sum = 0;
            if (context.resumption().isPresent()) {
                Path content = context.resumption().orElseThrow().content();
                sum = Long.parseLong(Files.readString(content));
            }
            context.record("began", step, (double) step);
            long steps = (Long) context.config().get("steps");
            while (step < steps) {
                if (!isOpen(context, step) || context.shouldStop()) {
                    return new Outcome.Stopped();
                }
                Thread.sleep((Long) context.config().get("millis"));
                step++;
                sum += step * context.seed();
                Path file = context.folder().resolve("state-" + step);
                Files.writeString(file, Long.toString(sum));
                context.commit(step, file);
                context.record("sum", step, (double) sum);
            }
            return new Outcome.Finished(Map.of("sum", (double) sum));
        }

        /** Waits at the gate, if there is one; returns whether it may go on. */
        private static boolean isOpen(TaskContext context, long step) throws InterruptedException {
            if (!context.config().containsKey("gate")
                    || step < (Long) context.config().get("gateStep")) {
                return true;
            }
            Path gate = Path.of((String) context.config().get("gate"));
            while (!Files.exists(gate)) {
                if (context.shouldStop()) {
                    return false;
                }
                Thread.sleep(5);
            }
            return true;
        }
    }

    /** Ends its process as {@code how} says. */
    public static final class Dying implements Task {
        @Override
        public Outcome run(TaskContext context) throws Exception {
            long pid = ProcessHandle.current().pid();
            switch ((String) context.config().get("how")) {
                case "exit" -> System.exit(9);
                case "segv", "kill", "stop" -> {
                    String signal = ((String) context.config().get("how")).toUpperCase(Locale.ROOT);
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
                    Thread.sleep(60_000);
                }
                case "leaves a child", "hangs with a child" -> {
                    // Its output is that of this process, and stays open while it lives.
                    Process child = new ProcessBuilder("sleep", "600").inheritIO().start();
                    Path file = Path.of((String) context.config().get("file"));
                    Path part = file.resolveSibling("part");
                    Files.writeString(part, Long.toString(child.pid()));
                    Files.move(part, file);
                    while (context.config().get("how").equals("hangs with a child")) {
                        Thread.onSpinWait();
                    }
                }
                case "memory" -> {
                    List<byte[]> all = new ArrayList<>();
                    while (!all.isEmpty() || context.seed() > 0) {
                        all.add(new byte[1 << 20]);
                    }
                }
                case "loop" -> {
                    while (context.seed() > 0) {
                        Thread.onSpinWait();
                    }
                }
                case "throw" -> throw new IllegalStateException("the data has no labels");
                case "nan" -> {
                    return new Outcome.Finished(Map.of("loss", Double.NaN));
                }
                case "infeasible" -> {
                    return new Outcome.Infeasible("the batch does not fit");
                }
                default -> throw new IllegalArgumentException("unknown");
            }
            return new Outcome.Finished(Map.of());
        }
    }
}
