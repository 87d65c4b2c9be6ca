package dev.retort.examples.text;

import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.efficiency.report.Numbers;

import java.io.PrintStream;
import java.util.Locale;

/** A line for each epoch of the tuning. */
final class TuningLines implements TrainingObserver {
    private final PrintStream out;

    TuningLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void epochEnded(EpochRecord epoch) {
        out.printf(
                Locale.ROOT,
                "tuning epoch %d, 1 - cosine %.4f, %s%n",
                epoch.epoch(),
                epoch.trainLoss(),
                Numbers.time(epoch.elapsed().toNanos() / 1e9));
    }
}
