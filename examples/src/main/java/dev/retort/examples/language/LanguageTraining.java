package dev.retort.examples.language;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.retort.distill.data.ByteCorpus;
import dev.retort.distill.sequence.ByteLanguageModel;
import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.sequence.ByteWindows;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.Seeds;
import dev.retort.distill.train.TrainingLedger;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunOptions;
import dev.retort.examples.lab.SupervisedTraining;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** Trains language models on a text. Confined to one thread. */
final class LanguageTraining {
    /** Mini-batches of held-out text on which a model is judged: 131,072 bytes, always the same. */
    private static final int VALIDATION_BATCHES = 64;

    private static final double CLIP_NORM = 1;

    private static final long INITIAL_STREAM = -1;

    private final ByteCorpus corpus;

    LanguageTraining(ByteCorpus corpus) {
        this.corpus = corpus;
    }

    /**
     * What a training came to.
     *
     * @param loss mean cross-entropy of held-out bytes, in nats
     * @param seconds the wall clock that it took
     */
    record Outcome(double loss, double seconds) {}

    /** How runs of a family are trained and judged, in the words of a file's first line. */
    static String settings(LanguageFamily family) {
        return String.format(
                Locale.ROOT,
                "%s, gradients clipped to norm %s, judged on %d bytes",
                family.heldOut().getFirst().settings(),
                CLIP_NORM,
                VALIDATION_BATCHES * LanguageRun.WINDOWS * LanguageRun.LENGTH);
    }

    /** Trains from the beginning to the end. */
    Outcome train(LanguageRun run) throws IOException {
        return train(run, null);
    }

    /**
     * Trains as a run of an experiment.
     *
     * @param supervised goes on from what was saved, and saves; {@code null} for neither
     * @throws IOException if a checkpoint cannot be used or saved
     */
    Outcome train(LanguageRun run, @Nullable SupervisedTraining supervised) throws IOException {
        TrainingPlan plan =
                TrainingPlan.of(1, LanguageRun.WINDOWS, run.peakRate()).withClipNorm(CLIP_NORM);
        BatchSource train =
                ByteWindows.random(
                        corpus.train(),
                        LanguageRun.LENGTH,
                        LanguageRun.WINDOWS,
                        run.steps(),
                        run.seed());
        BatchSource validation =
                ByteWindows.spread(
                        corpus.validation(),
                        LanguageRun.LENGTH,
                        LanguageRun.WINDOWS,
                        VALIDATION_BATCHES);
        try (Model model = Model.newInstance(run.name())) {
            return fit(
                    model,
                    run.shape(),
                    supervised == null ? plan : supervised.inParts(plan),
                    run.steps(),
                    run.seed(),
                    train,
                    validation,
                    supervised);
        }
    }

    /**
     * Makes a language model the block of a model and trains it for one epoch.
     *
     * @param model without a block; stays the caller's
     * @param shape the shape
     * @param plan how; its batch is the windows of a step
     * @param steps the optimiser steps of the epoch
     * @param seed decides the initial parameters
     * @param train windows to train on, of the length of the shape
     * @param validation windows to be judged on
     * @param supervised goes on from what was saved, and saves; {@code null} for neither
     * @return what it came to
     * @throws IOException if a checkpoint cannot be used or saved
     */
    static Outcome fit(
            Model model,
            ByteModelShape shape,
            TrainingPlan plan,
            long steps,
            long seed,
            BatchSource train,
            BatchSource validation,
            @Nullable SupervisedTraining supervised)
            throws IOException {
        NDManager manager = model.getNDManager();
        manager.getEngine().setRandomSeed(Seeds.generator(seed, INITIAL_STREAM).nextInt());
        ByteLanguageModel block = new ByteLanguageModel(shape, EngineAttention.of(manager));
        block.initialize(manager, DataType.FLOAT32, new Shape(plan.batchSize(), shape.length()));
        model.setBlock(block);
        RunOptions options = RunOptions.of(model.getName());
        TrainingObserver observer =
                supervised == null
                        ? TrainingObserver.NONE
                        : supervised.reporting("model", 0, Evaluation::loss);
        try (TrainingLedger ledger =
                        supervised == null
                                ? TrainingLedger.open(options)
                                : supervised.ledger(options);
                Adam adam = new Adam(plan.learningRate().over(steps), 0, manager)) {
            TrainingLoop loop =
                    new TrainingLoop(
                            model,
                            Loss.softmaxCrossEntropyLoss(),
                            adam,
                            plan,
                            ledger.meter(),
                            observer);
            if (supervised != null) {
                loop.stopOn(supervised.stop())
                        .checkpoint(supervised.checkpoints(Map.of("run", model.getName())));
            }
            try (TrainingResult result = loop.fit(train, validation)) {
                ledger.finish();
                var epoch = result.epochs().getLast();
                return new Outcome(
                        epoch.validation().orElseThrow().loss(), epoch.elapsed().toNanos() / 1e9);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
