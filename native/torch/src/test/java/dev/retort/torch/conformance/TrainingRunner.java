package dev.retort.torch.conformance;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Trains every network of {@link Network} on one engine and writes the loss of every step. The
 * first engine to run saves the parameters it starts from; the second loads them.
 */
public final class TrainingRunner {
    private static final int STEPS = 100;
    private static final int SEED = 1234;

    private final Engine engine;
    private final Path folder;

    private TrainingRunner(Engine engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    /**
     * Trains.
     *
     * @param arguments the engine's name, the folder of the parameters, the file of losses
     * @throws Exception if a network cannot be trained, saved or loaded
     */
    public static void main(String[] arguments) throws Exception {
        TrainingRunner runner =
                new TrainingRunner(Engine.getEngine(arguments[0]), Path.of(arguments[1]));
        try (Writer losses = Files.newBufferedWriter(Path.of(arguments[2]))) {
            for (Network network : Network.all()) {
                runner.train(network, losses);
            }
        }
        // Threads of a pool of the engine must not keep the process alive.
        System.exit(0);
    }

    private void train(Network network, Writer losses) throws Exception {
        engine.setRandomSeed(SEED);
        try (Model model = Model.newInstance(network.name(), engine.getEngineName())) {
            model.setBlock(network.block().get());
            boolean first = Files.notExists(folder.resolve(network.name() + "-0000.params"));
            if (!first) {
                model.load(folder, network.name());
            }
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .optOptimizer(network.optimizer().get());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(network.input());
                if (first) {
                    model.save(folder, network.name());
                }
                engine.setRandomSeed(SEED);
                for (int step = 0; step < STEPS; step++) {
                    write(losses, network, step, step(trainer, network, step));
                }
            }
        }
    }

    private static float step(Trainer trainer, Network network, int step) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDList batch = network.batch(manager, step);
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList predictions = trainer.forward(new NDList(batch.get(0)));
                predictions.attach(manager);
                loss = trainer.getLoss().evaluate(new NDList(batch.get(1)), predictions);
                collector.backward(loss);
            }
            trainer.step();
            return loss.getFloat();
        }
    }

    private static void write(Writer losses, Network network, int step, float loss)
            throws IOException {
        losses.write(String.format(Locale.ROOT, "%s %d %s%n", network.name(), step, loss));
    }
}
