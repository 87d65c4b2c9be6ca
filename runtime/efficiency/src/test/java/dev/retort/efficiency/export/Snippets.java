package dev.retort.efficiency.export;

import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.export.jfr.JfrEvents;
import dev.retort.efficiency.export.micrometer.PrometheusEndpoint;
import dev.retort.efficiency.export.tensorboard.TensorBoardEvents;
import dev.retort.efficiency.export.trace.PerfettoTrace;

import java.nio.file.Path;

/** The examples of the documentation, compiled. */
final class Snippets {
    private Snippets() {}

    static void export(Path folder) {
        // @start region="export"
        try (RunMeter meter = RunOptions.of("resnet-7").tag("team", "vision").watchJvm().open()) {
            ExportOptions.of(meter)
                    .to(JsonLines.to(folder.resolve("figures.jsonl")))
                    .to(PerfettoTrace.to(folder.resolve("trace.json")))
                    .to(TensorBoardEvents.into(folder))
                    .to(JfrEvents.into(folder.resolve("run.jfr")))
                    .to(PrometheusEndpoint.on(9464))
                    .start();
            for (int step = 0; step < 100; step++) {
                meter.beginStep();
                meter.begin(Region.STEP);
                // train
                meter.end(Region.STEP);
                meter.endStep(32);
            }
            meter.finish();
        }
        // @end
    }
}
