package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;

import dev.retort.device.Reading;
import dev.retort.distill.Networks;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.flops.DjlMatrixProduct;
import dev.retort.distill.train.TrainingMeter;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.figures.MeasuredPeak;
import dev.retort.efficiency.report.RunReport;
import dev.retort.efficiency.report.Summary;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * An ordinary DJL program that two added lines make say where its time goes.
 *
 * <p>Run, with a JDK 25 and after a build: {@code java --enable-native-access=ALL-UNNAMED -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.MeasuredEasyTrain}
 */
public final class MeasuredEasyTrain {
    private MeasuredEasyTrain() {}

    /**
     * Trains on digits, prints what to fix first, and writes the report of the run.
     *
     * @param arguments the file of the report; {@code runs/digits.html} without one
     * @throws IOException if the report cannot be written
     * @throws TranslateException never: the digits need no translation
     */
    public static void main(String[] arguments) throws IOException, TranslateException {
        System.setProperty("OPT_OUT_TRACKING", "true");
        // At each of the small operations several threads would wait for one another.
        System.setProperty("dev.retort.torch.threads", "1");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        Path file = Path.of(arguments.length == 0 ? "runs/digits.html" : arguments[0]);
        Files.createDirectories(file.toAbsolutePath().getParent());
        RunOptions options = RunOptions.of("digits").tag("model", "mlp-64-16-10");
        RunMeter run = train(options.watchJvm().publish().peak(1, peak()), 5);
        Summary.of(run).print(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        System.out.println("Report: " + RunReport.write(run, file));
    }

    /** What the processor can compute by the engine that trains; measured once, then remembered. */
    private static Function<Precision, Reading> peak() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Reading peak =
                    MeasuredPeak.of(MeasuredPeak.userCache())
                            .flopsPerSecond(new DjlMatrixProduct(manager), Precision.FP32);
            return precision ->
                    precision == Precision.FP32
                            ? peak
                            : new Reading.Absent("only the peak of FP32 was measured");
        }
    }

    /** Trains, and returns the meter of the run, which has ended. */
    static RunMeter train(RunOptions options, int epochs) throws IOException, TranslateException {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("digits")) {
            Dataset data = dataset(Digits.load().train(), manager);
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .addTrainingListeners(TrainingListener.Defaults.basic());
            TrainingMeter meter = TrainingMeter.attach(config, options); // line 1
            Dataset measured = meter.measured(data); // line 2
            try (Trainer trainer = model.newTrainer(config);
                    meter) {
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(trainer, epochs, measured, null);
            }
            return meter.meter();
        }
    }

    private static Dataset dataset(LabelledData digits, NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(digits.features(manager))
                .optLabels(digits.labels(manager))
                .setSampling(32, true)
                .build();
    }
}
