package dev.retort.distill.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.efficiency.CheckpointMark;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Saves the whole state of a training, and puts it back. */
final class LoopCheckpoints {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MODEL = "model.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String BEST = "best.";
    private static final String AVERAGE = "average.";
    private static final String PART = "part.";

    private final Checkpointing settings;
    private final Map<String, String> identity;
    private final Block block;
    private final NDManager manager;
    private final ResumableOptimizer optimizer;
    private final RunMeter meter;
    private final Map<String, Checkpointed> parts;
    private long savedStep;
    private long savedNanos = System.nanoTime();
    private long saveNanos;
    private int writtenBest;

    /** What a checkpoint holds beside the cursor. */
    record State(BestEpoch best, @Nullable ParameterSnapshot average) {}

    /** What was put back, apart from what lives in the model, the optimizer and the parts. */
    record Restored(TrainingCursor.Saved cursor, State state) {}

    /**
     * The checkpoints of a training.
     *
     * @param known what the loop knows of the training
     * @throws IllegalArgumentException if the settings use one of its names
     */
    LoopCheckpoints(
            Checkpointing settings,
            TrainingIdentity known,
            Model model,
            ResumableOptimizer optimizer,
            RunMeter meter,
            Map<String, Checkpointed> parts) {
        this.settings = settings;
        this.optimizer = optimizer;
        this.meter = meter;
        this.parts = parts;
        block = model.getBlock();
        manager = model.getNDManager();
        identity =
                known.with(
                        EngineInUse.of(manager.getEngine()).identity(manager.getDevice()),
                        settings.identity());
    }

    /**
     * Puts the state of the newest checkpoint back, if there is one. The block comes last: it is
     * untouched if anything else does not fit.
     */
    Optional<Restored> restore() {
        meter.begin(Region.CHECKPOINT_RESTORE);
        try (NDManager scope = manager.newSubManager()) {
            Optional<Checkpoint> newest = settings.folder().newest(identity);
            if (newest.isEmpty()) {
                return Optional.empty();
            }
            Checkpoint checkpoint = newest.get();
            for (Map.Entry<String, Checkpointed> part : parts.entrySet()) {
                part.getValue().restore(checkpoint.arrays(PART + part.getKey() + ".", scope));
            }
            optimizer.restore(block, checkpoint.arrays(OPTIMIZER, scope));
            try (ParameterSnapshot model =
                    ParameterSnapshot.of(checkpoint.arrays(MODEL, scope), scope)) {
                model.restore(block);
            }
            savedStep = checkpoint.step();
            TrainingCursor.Saved cursor =
                    JSON.treeToValue(checkpoint.state(), TrainingCursor.Saved.class);
            BestEpoch best =
                    new BestEpoch(
                            manager,
                            cursor.bestEpoch(),
                            cursor.bestLoss(),
                            snapshot(checkpoint, BEST, scope));
            return Optional.of(
                    new Restored(cursor, new State(best, snapshot(checkpoint, AVERAGE, scope))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            meter.end(Region.CHECKPOINT_RESTORE);
        }
    }

    private @Nullable ParameterSnapshot snapshot(
            Checkpoint checkpoint, String prefix, NDManager scope) throws IOException {
        Map<String, NDArray> arrays = checkpoint.arrays(prefix, scope);
        return arrays.isEmpty() ? null : ParameterSnapshot.of(arrays, manager);
    }

    /** Whether a checkpoint is to be made after a step. */
    boolean isDue(long steps) {
        return settings.isDue(steps - savedStep, System.nanoTime() - savedNanos, saveNanos);
    }

    /**
     * Saves; training counts as good up to here when it returns.
     *
     * @throws TrainingDivergedException if parameters or the optimizer's state are no finite
     *     numbers, which the loss of the next step only would show; what was saved before stays
     */
    Checkpoint save(TrainingCursor.Saved cursor, State state) {
        meter.begin(Region.CHECKPOINT_SAVE);
        long begin = System.nanoTime();
        CheckpointMark mark = meter.announce();
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            put(arrays, MODEL, parameters(block));
            put(arrays, OPTIMIZER, optimizer.state(block, scope));
            Finite.require(arrays, cursor.steps(), scope);
            state.best().parameters().ifPresent(best -> put(arrays, BEST, best.arrays()));
            if (state.average() != null) {
                put(arrays, AVERAGE, state.average().arrays());
            }
            parts.forEach((name, part) -> put(arrays, PART + name + ".", part.checkpoint()));
            Checkpoint saved =
                    settings.folder()
                            .save(cursor.steps(), identity, JSON.valueToTree(cursor), arrays);
            meter.commit(mark);
            saveBest(state.best());
            savedStep = cursor.steps();
            savedNanos = System.nanoTime();
            saveNanos = savedNanos - begin;
            return saved;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            meter.end(Region.CHECKPOINT_SAVE);
        }
    }

    /** The parameters of a block by their names. */
    static Map<String, NDArray> parameters(Block block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            arrays.put(pair.getKey(), pair.getValue().getArray());
        }
        return arrays;
    }

    private static void put(Map<String, NDArray> into, String prefix, Map<String, NDArray> group) {
        group.forEach((name, array) -> into.put(prefix + name, array));
    }

    /** For those who want the weights of the best epoch alone, and early. */
    private void saveBest(BestEpoch best) throws IOException {
        if (best.parameters().isPresent() && best.epoch() != writtenBest) {
            settings.folder()
                    .saveBest(
                            best.parameters().get().arrays(),
                            Map.of(
                                    "format", "pt",
                                    "epoch", Integer.toString(best.epoch()),
                                    "validation_loss", Double.toString(best.loss())));
            writtenBest = best.epoch();
        }
    }
}
