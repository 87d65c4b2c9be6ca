package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;

import dev.retort.distill.checkpoint.SafetensorsLibrary;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Checkpointing;
import dev.retort.distill.train.Seeds;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingResult;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Trains a network that was trained before, stage by stage. Before each stage its plan is applied
 * and asserted, whatever the network went through; after it the frozen parameters, and the running
 * statistics of frozen blocks that keep them, are compared bit by bit with what they were.
 *
 * <p>It can be seeded, stopped and resumed as {@link TrainingLoop} can, each stage as a training of
 * its own: one that is run again with the same folder goes on in the stage in which it was, from a
 * network whose frozen parameters are those that it began with. Its meter counts the steps of all
 * stages that are made in this process.
 *
 * <p>Confined to the thread that opened its meter.
 */
public final class TransferTraining {
    private static final long STAGE_STREAM = -201;

    private final Model model;
    private final Loss loss;
    private final RunMeter meter;
    private final TrainingObserver observer;
    private OptionalLong seed = OptionalLong.empty();
    private StopRequest stop = new StopRequest();
    private @Nullable Checkpointing checkpointing;
    private @Nullable Path divergedFolder;

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
     * Has each stage draw its random numbers by a seed, see {@link TrainingLoop#seed}.
     *
     * @param newSeed the seed
     * @return this
     */
    public TransferTraining seed(long newSeed) {
        seed = OptionalLong.of(newSeed);
        return this;
    }

    /**
     * Has the stages save their state, and go on from what is there.
     *
     * @param settings when and where: the stages have the folders {@code stage-1} and so on in its
     *     own. A checkpoint of another plan or of other frozen parameters is refused
     * @return this
     */
    public TransferTraining checkpoint(Checkpointing settings) {
        checkpointing = requireNonNull(settings, "settings is null");
        return this;
    }

    /**
     * Has the stages heed a request to stop.
     *
     * @param request the request
     * @return this
     */
    public TransferTraining stopOn(StopRequest request) {
        stop = requireNonNull(request, "request is null");
        return this;
    }

    /**
     * Has a mini-batch written to a file whose loss is no number, see {@link
     * TrainingLoop#keepDivergedBatch}.
     *
     * @param folder where to write it, made if it is missing
     * @return this
     * @throws IllegalStateException if {@code dev.retort:retort-torch} is missing
     */
    public TransferTraining keepDivergedBatch(Path folder) {
        SafetensorsLibrary.require();
        divergedFolder = requireNonNull(folder, "folder is null");
        return this;
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
     * @return what became of each stage
     * @throws IllegalStateException if something frozen has changed
     * @throws TrainingStoppedException if a request to stop was heeded
     * @throws UncheckedIOException if a checkpoint cannot be written, or is not of this training
     */
    public List<TransferOutcome> run(
            List<TransferStage> stages, BatchSource train, @Nullable BatchSource validation) {
        List<TransferOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            outcomes.add(run(stages.get(i), new Place(i + 1, stages.size()), train, validation));
        }
        return outcomes;
    }

    /** Which stage it is, from 1. */
    private record Place(int number, int of) {}

    private TransferOutcome run(
            TransferStage stage, Place place, BatchSource train, @Nullable BatchSource validation) {
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
            set(loop, place, () -> identity(stage.plan(), place, before));
            try (TrainingResult result = loop.fit(train, validation)) {
                result.restoreBest(trained.getBlock());
                stage.plan().requireApplied(network);
                requireUnchanged(before, frozen(network, keeps));
                return new TransferOutcome(result.epochs(), result.bestEpoch());
            }
        }
    }

    private void set(TrainingLoop loop, Place place, Supplier<Map<String, String>> identity) {
        loop.stopOn(stop);
        seed.ifPresent(bits -> loop.seed(Seeds.bits(bits, STAGE_STREAM, place.number())));
        if (divergedFolder != null) {
            loop.keepDivergedBatch(divergedFolder);
        }
        if (checkpointing != null) {
            Map<String, String> all = new TreeMap<>(checkpointing.identity());
            all.putAll(identity.get());
            loop.checkpoint(
                    new Checkpointing(
                            checkpointing.folder().within("stage-" + place.number()),
                            all,
                            checkpointing.everySteps(),
                            checkpointing.every()));
        }
    }

    /** What a checkpoint of a stage must say beside what the loop knows. */
    private Map<String, String> identity(
            TransferPlan plan, Place place, Map<String, Fingerprint> frozen) {
        Map<String, Float> shares = plan.shares(model.getBlock());
        List<String> hashes = frozen.values().stream().map(Fingerprint::hex).toList();
        return Map.of(
                "stage",
                "%d of %d".formatted(place.number(), place.of()),
                "shares of the learning rate",
                "%d above 0 of %d, %s"
                        .formatted(
                                shares.values().stream().filter(share -> share > 0).count(),
                                shares.size(),
                                Fingerprint.of(List.of(shares.toString())).brief()),
                "frozen values",
                hashes.isEmpty() ? "none" : Fingerprint.of(hashes).brief());
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
