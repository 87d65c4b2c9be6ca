package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a network that was trained before, stage by stage. Before each stage its plan is applied
 * and asserted, whatever the network went through; after it the frozen parameters, and the running
 * statistics of frozen blocks that keep them, are compared bit by bit with what they were.
 *
 * <p>Confined to the thread that opened its meter.
 */
public final class TransferTraining {
    private final Model model;
    private final Loss loss;
    private final RunMeter meter;
    private final TrainingObserver observer;

    /**
     * Creates a training.
     *
     * @param model the model, its block initialised; its parameters change
     * @param loss is given the labels of a mini-batch and the block's output, and returns a scalar
     * @param meter is told where the time goes; opened on this thread, closed by the caller
     * @param observer is told how each stage gets on
     */
    public TransferTraining(Model model, Loss loss, RunMeter meter, TrainingObserver observer) {
        this.model = requireNonNull(model, "model is null");
        this.loss = requireNonNull(loss, "loss is null");
        this.meter = requireNonNull(meter, "meter is null");
        this.observer = requireNonNull(observer, "observer is null");
    }

    /**
     * Loads parameters into a model and applies a plan to it: DJL's files do not say what was
     * frozen.
     *
     * @param model the model, its block set
     * @param folder the folder of the file
     * @param name the name of the saved model
     * @param plan the plan
     * @throws IOException if the file is missing, cannot be read, or does not fit
     */
    public static void load(Model model, Path folder, String name, TransferPlan plan)
            throws IOException {
        try {
            model.load(folder, name);
        } catch (MalformedModelException e) {
            throw new IOException(
                    "expected parameters for %s in %s, found others: %s"
                            .formatted(name, folder, e.getMessage()),
                    e);
        }
        plan.apply(model.getBlock());
    }

    /**
     * Runs stages, each with a new optimizer. After each the parameters of its epoch with the
     * lowest validation loss are kept; without validation those of the last.
     *
     * @param stages the stages
     * @param train the samples to train on
     * @param validation the samples that choose the epoch, or {@code null}
     * @throws IllegalStateException if something frozen has changed
     */
    public void run(
            List<TransferStage> stages, BatchSource train, @Nullable BatchSource validation) {
        stages.forEach(stage -> run(stage, train, validation));
    }

    private void run(TransferStage stage, BatchSource train, @Nullable BatchSource validation) {
        Block network = model.getBlock();
        stage.plan().apply(network);
        boolean keeps = stage.plan().normalisation() == FrozenNormalisation.KEEP_STATISTICS;
        Map<String, Fingerprint> before = frozen(network, keeps);
        try (Model trained = Model.newInstance(model.getName(), model.getNDManager().getDevice());
                Adam adam =
                        new Adam(
                                stage.training()
                                        .learningRate()
                                        .over(train.batches() * stage.training().epochs()),
                                stage.training().weightDecay(),
                                model.getNDManager(),
                                stage.plan().rates(network))) {
            trained.setBlock(keeps ? new PartlyFrozenBlock(network) : network);
            TrainingLoop loop =
                    new TrainingLoop(trained, loss, adam, stage.training(), meter, observer);
            try (TrainingResult result = loop.fit(train, validation)) {
                result.restoreBest(trained.getBlock());
            }
        }
        stage.plan().requireApplied(network);
        requireUnchanged(before, frozen(network, keeps));
    }

    /** The hashes of what must stay: frozen parameters and, if asked for, their statistics. */
    private static Map<String, Fingerprint> frozen(Block network, boolean statistics) {
        Map<String, Fingerprint> hashes = new LinkedHashMap<>();
        Map<String, Parameter> parameters = ParameterPaths.of(network);
        parameters.forEach(
                (path, parameter) -> {
                    boolean stays =
                            ParameterPaths.isStatistic(parameter)
                                    ? statistics && isInFrozenBlock(path, parameters)
                                    : !parameter.requiresGradient();
                    if (stays) {
                        hashes.put(path, Fingerprint.of(parameter.getArray()));
                    }
                });
        return hashes;
    }

    /** Whether the block of a statistic has no parameter that is trained. */
    private static boolean isInFrozenBlock(String path, Map<String, Parameter> parameters) {
        String block = path.substring(0, path.lastIndexOf('/') + 1);
        return parameters.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(block))
                .noneMatch(entry -> entry.getValue().requiresGradient());
    }

    private static void requireUnchanged(
            Map<String, Fingerprint> before, Map<String, Fingerprint> after) {
        List<String> changed =
                before.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(after.get(entry.getKey())))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!changed.isEmpty()) {
            throw new IllegalStateException(
                    "expected frozen parameters to stay as they are, found changed " + changed);
        }
    }
}
