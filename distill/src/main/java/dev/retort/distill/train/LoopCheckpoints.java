package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.distill.checkpoint.Checkpoint;
import dev.retort.efficiency.CheckpointMark;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.torch.safetensors.Safetensors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

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
    private final Adam optimizer;
    private final RunMeter meter;
    private final Map<String, Checkpointed> parts;
    private @Nullable Checkpoint from;
    private long savedStep;
    private long savedNanos = System.nanoTime();
    private int writtenBest;

    /** What a checkpoint holds beside the cursor. */
    record State(BestEpoch best, @Nullable ParameterSnapshot average) {}

    LoopCheckpoints(
            Checkpointing settings,
            Model model,
            Optimizer optimizer,
            TrainingPlan plan,
            RunMeter meter,
            Map<String, Checkpointed> parts) {
        if (!(optimizer instanceof Adam adam)) {
            throw new IllegalArgumentException(
                    "expected an optimizer whose state can be saved, %s, found %s"
                            .formatted(
                                    Adam.class.getSimpleName(),
                                    optimizer.getClass().getSimpleName()));
        }
        this.settings = settings;
        this.optimizer = adam;
        this.meter = meter;
        this.parts = parts;
        block = model.getBlock();
        manager = model.getNDManager();
        identity = new TreeMap<>(settings.identity());
        identity.put("plan", plan.toString());
        identity.put("model", structure(block));
        identity.put("engine", manager.getEngine().getEngineName());
    }

    /** Two blocks of the same structure have the same words. */
    private static String structure(Block block) {
        CRC32C names = new CRC32C();
        long values = 0;
        for (Pair<String, Parameter> pair : block.getParameters()) {
            NDArray array = pair.getValue().getArray();
            values += array.size();
            names.update(
                    "%s %s %s %s\n"
                            .formatted(
                                    pair.getKey(),
                                    array.getShape(),
                                    array.getDataType(),
                                    pair.getValue().requiresGradient())
                            .getBytes(StandardCharsets.UTF_8));
        }
        return "of %d parameters with %d values, %08x"
                .formatted(block.getParameters().size(), values, names.getValue());
    }

    /** Puts the state of the newest checkpoint back, if there is one. */
    Optional<TrainingCursor.Saved> restore() throws IOException {
        from = settings.folder().newest(identity).orElse(null);
        Checkpoint checkpoint = from;
        if (checkpoint == null) {
            return Optional.empty();
        }
        meter.begin(Region.CHECKPOINT_RESTORE);
        try (NDManager scope = manager.newSubManager()) {
            try (ParameterSnapshot model =
                    ParameterSnapshot.of(checkpoint.arrays(MODEL, scope), scope)) {
                model.restore(block);
            }
            optimizer.restore(block, checkpoint.arrays(OPTIMIZER, scope));
            for (Map.Entry<String, Checkpointed> part : parts.entrySet()) {
                String prefix = PART + part.getKey() + ".";
                part.getValue().restore(checkpoint.arrays(prefix, scope));
            }
            savedStep = checkpoint.step();
            return Optional.of(JSON.treeToValue(checkpoint.state(), TrainingCursor.Saved.class));
        } finally {
            meter.end(Region.CHECKPOINT_RESTORE);
        }
    }

    /** The parameters of the best epoch as they were saved. */
    BestEpoch best(TrainingCursor.Saved saved) throws IOException {
        return new BestEpoch(manager, saved.bestEpoch(), saved.bestLoss(), snapshot(BEST));
    }

    /** The moving average as it was saved. */
    @Nullable ParameterSnapshot average() throws IOException {
        return snapshot(AVERAGE);
    }

    private @Nullable ParameterSnapshot snapshot(String prefix) throws IOException {
        Map<String, NDArray> arrays =
                requireNonNull(from, "nothing was restored").arrays(prefix, manager);
        return arrays.isEmpty() ? null : ParameterSnapshot.of(arrays, manager);
    }

    /** Whether a checkpoint is to be made after a step. */
    boolean isDue(long steps) {
        return settings.isDue(steps - savedStep, System.nanoTime() - savedNanos);
    }

    boolean afterEpochs() {
        return settings.afterEpochs();
    }

    /** Saves; training counts as good up to here when it returns. */
    void save(TrainingCursor.Saved cursor, State state) {
        meter.begin(Region.CHECKPOINT_SAVE);
        CheckpointMark mark = meter.mark();
        try (NDManager scope = manager.newSubManager()) {
            settings.folder()
                    .save(cursor.steps(), identity, JSON.valueToTree(cursor), arrays(state, scope));
            meter.commit(mark);
            saveBest(state.best());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            meter.end(Region.CHECKPOINT_SAVE);
        }
        savedStep = cursor.steps();
        savedNanos = System.nanoTime();
    }

    private Map<String, NDArray> arrays(State state, NDManager scope) {
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            all.put(MODEL + pair.getKey(), pair.getValue().getArray());
        }
        put(all, OPTIMIZER, optimizer.state(block, scope));
        state.best().parameters().ifPresent(best -> put(all, BEST, best.arrays()));
        if (state.average() != null) {
            put(all, AVERAGE, state.average().arrays());
        }
        parts.forEach((name, part) -> put(all, PART + name + ".", part.checkpoint()));
        return all;
    }

    private static void put(Map<String, NDArray> into, String prefix, Map<String, NDArray> group) {
        group.forEach((name, array) -> into.put(prefix + name, array));
    }

    /** For those who want the weights of the best epoch alone, and early. */
    private void saveBest(BestEpoch best) throws IOException {
        if (best.parameters().isPresent() && best.epoch() != writtenBest) {
            Safetensors.save(
                    settings.folder().path().resolve("best.safetensors"),
                    best.parameters().get().arrays(),
                    Map.of(
                            "format", "pt",
                            "epoch", Integer.toString(best.epoch()),
                            "validation_loss", Double.toString(best.loss())));
            writtenBest = best.epoch();
        }
    }
}
