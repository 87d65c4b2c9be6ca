package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.device.sampling.Sampler;
import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Seeds;
import dev.retort.distill.train.TrainingLedger;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The trainings of one seed: how they are measured, saved and resumed. */
final class SeedTrainings {
    private static final Logger LOG = LoggerFactory.getLogger(Distillation.class);
    private static final long STEP_STREAM = -4;

    private final DistillationTask task;
    private final long seed;
    private final Sampler sampler;
    private final StudyObserver observer;
    private final NDManager manager;
    private final BatchSource validation;
    private @Nullable StudyCheckpoints checkpoints;
    private @Nullable Path divergedFolder;
    private @Nullable String dataHash;
    private @Nullable String validationHash;

    /** A training that is over and waits for its judgement. */
    record Trained(Role role, Block block, TrainingResult result, RunAccount account)
            implements AutoCloseable {
        @Override
        public void close() {
            result.close();
        }
    }

    SeedTrainings(
            DistillationTask task,
            long seed,
            Sampler sampler,
            StudyObserver observer,
            NDManager manager,
            BatchSource validation) {
        this.task = task;
        this.seed = seed;
        this.sampler = sampler;
        this.observer = observer;
        this.manager = manager;
        this.validation = validation;
    }

    void checkpoint(StudyCheckpoints settings) {
        checkpoints = settings;
    }

    void keepDivergedBatch(Path folder) {
        divergedFolder = folder;
    }

    /**
     * Trains a model and leaves it with the parameters of its best epoch.
     *
     * @param identity what a checkpoint must be of beside data, seed, plan and model
     */
    Trained train(
            Role role,
            Model model,
            Loss loss,
            TrainingPlan plan,
            BatchSource source,
            Map<String, String> identity)
            throws IOException {
        TrainingObserver trainingObserver = observer.trainingBegins(seed, role);
        CheckpointFolder saved = checkpoints == null ? null : checkpoints.of(seed, role);
        try (TrainingLedger ledger = ledger(role.label(), saved);
                Adam optimizer =
                        new Adam(
                                plan.learningRate().over(source.batches() * plan.epochs()),
                                plan.weightDecay(),
                                manager)) {
            TrainingLoop loop =
                    new TrainingLoop(
                                    model,
                                    loss,
                                    optimizer,
                                    plan,
                                    ledger.meter(),
                                    LOG.isDebugEnabled() && loss instanceof CombinedLoss combined
                                            ? new LossLog(LOG, combined, trainingObserver)
                                            : trainingObserver)
                            .seed(Seeds.bits(seed, STEP_STREAM, role.label().hashCode()));
            if (divergedFolder != null) {
                loop.keepDivergedBatch(divergedFolder);
            }
            if (checkpoints != null && saved != null) {
                loop.stopOn(checkpoints.stop())
                        .checkpoint(checkpoints.settings(saved, identity(identity)));
            }
            TrainingResult result = loop.fit(source, validation);
            RunAccount account = ledger.finish();
            result.restoreBest(model.getBlock());
            return new Trained(role, model.getBlock(), result, account);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * What the distilled student is told, and how, as a checkpoint of it must say if there are any.
     */
    Map<String, String> teaching(NDArray teacherLogits) {
        if (checkpoints == null) {
            return Map.of();
        }
        Objective objective = task.objective();
        return Map.of(
                "loss",
                "%s, temperature %s, weights %s and %s, standardised %s, %s"
                        .formatted(
                                objective.kind().label(),
                                objective.temperature().isPresent()
                                        ? objective.temperature().getAsDouble()
                                        : "none",
                                objective.softWeight(),
                                objective.hardWeight(),
                                objective.standardised(),
                                new TreeMap<>(objective.settings())),
                "hints",
                task.hints().toString(),
                "teacher's outputs",
                Fingerprint.of(teacherLogits).brief());
    }

    private Map<String, String> identity(Map<String, String> ofTraining) {
        if (dataHash == null) {
            dataHash = task.data().train().sha256();
            validationHash = task.data().validation().sha256();
        }
        Map<String, String> identity = new TreeMap<>(ofTraining);
        identity.put("data", task.data().name() + " " + dataHash);
        identity.put("validation samples", requireNonNull(validationHash));
        identity.put("seed", Long.toString(seed));
        identity.put(
                "number of labels",
                Integer.toString(task.labels().orElse(task.data().train().size())));
        return identity;
    }

    /**
     * Measures a part of the seed's work that no checkpoint holds.
     *
     * @param name of the part
     */
    RunMeter meter(String name) {
        return options(name).open();
    }

    private TrainingLedger ledger(String name, @Nullable CheckpointFolder saved)
            throws IOException {
        return saved == null
                ? TrainingLedger.open(options(name))
                : TrainingLedger.open(options(name), saved);
    }

    private RunOptions options(String name) {
        return RunOptions.of(name)
                .tag("data", task.data().name())
                .tag("seed", Long.toString(seed))
                .sampler(sampler);
    }
}
