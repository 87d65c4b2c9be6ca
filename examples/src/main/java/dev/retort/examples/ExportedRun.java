package dev.retort.examples;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.JsonLines;
import dev.retort.efficiency.export.jfr.JfrEvents;
import dev.retort.efficiency.export.micrometer.PrometheusEndpoint;
import dev.retort.efficiency.export.tensorboard.TensorBoardEvents;
import dev.retort.efficiency.export.trace.PerfettoTrace;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * A small training in plain Java whose figures go to five destinations at once.
 *
 * <p>Run, with a JDK 25 and after a build: {@code java -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.ExportedRun}
 */
public final class ExportedRun {
    private static final int INPUTS = 512;
    private static final int BATCH = 512;
    private static final int PORT = 9464;

    private ExportedRun() {}

    /**
     * Trains for ten seconds; meanwhile {@code curl localhost:9464/metrics} shows how it is going.
     *
     * @param arguments the folder for the files; {@code runs/exported} if there is none
     */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "runs/exported");
        System.out.printf("curl localhost:%d/metrics%n", PORT);
        RunAccount account =
                train(folder, Duration.ofSeconds(10), PrometheusEndpoint.on(PORT), () -> {});
        System.out.printf("%d steps, anomalies: %s%n", account.steps(), account.anomalies());
        if (account.anomalies().containsKey(Anomaly.EXPORT_FAILED)) {
            System.err.println("Not everything could be exported; the log above says why.");
            System.exit(1);
        }
        System.out.printf("https://ui.perfetto.dev opens %s%n", folder.resolve("trace.json"));
        System.out.printf("jfr summary %s%n", folder.resolve("run.jfr"));
        System.out.printf("tensorboard --logdir %s%n", folder);
        System.out.printf("tail -n 1 %s%n", folder.resolve("figures.jsonl"));
    }

    /** Learns to add; {@code beforeEnd} runs when the last step is done. */
    static RunAccount train(
            Path folder, Duration time, PrometheusEndpoint endpoint, Runnable beforeEnd) {
        RunOptions options = RunOptions.of("exported").tag("model", "sum").watchJvm();
        try (RunMeter meter = options.open()) {
            ExportOptions.of(meter)
                    .to(JsonLines.to(folder.resolve("figures.jsonl")))
                    .to(PerfettoTrace.to(folder.resolve("trace.json")))
                    .to(JfrEvents.into(folder.resolve("run.jfr")))
                    .to(TensorBoardEvents.into(folder))
                    .to(endpoint)
                    .every(Duration.ofSeconds(1))
                    .start();
            Random random = new Random(1);
            double[] weights = new double[INPUTS];
            double[][] batch = new double[BATCH][INPUTS];
            long end = System.nanoTime() + time.toNanos();
            for (int step = 1; System.nanoTime() < end; step++) {
                meter.beginStep();
                meter.begin(Region.INPUT);
                for (double[] sample : batch) {
                    Arrays.setAll(sample, _ -> random.nextDouble() - 0.5);
                }
                meter.end(Region.INPUT);
                meter.begin(Region.STEP);
                for (double[] sample : batch) {
                    descend(weights, sample);
                }
                meter.end(Region.STEP);
                meter.flops(Precision.FP64, 4.0 * INPUTS * BATCH, 4.0 * INPUTS * BATCH);
                meter.endStep(BATCH);
                if (step % 100 == 0) {
                    meter.commit();
                }
            }
            beforeEnd.run();
            meter.finish();
            // With the troubles of the last export, which comes after the final account.
            return meter.snapshot();
        }
    }

    /** Makes the weights a bit more like those of the sum of the inputs. */
    private static void descend(double[] weights, double[] inputs) {
        double error = 0;
        for (int i = 0; i < inputs.length; i++) {
            error += (weights[i] - 1) * inputs[i];
        }
        for (int i = 0; i < inputs.length; i++) {
            weights[i] -= 0.01 * error * inputs[i];
        }
    }
}
