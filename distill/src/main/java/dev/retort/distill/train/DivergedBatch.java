package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.torch.safetensors.Safetensors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the mini-batch whose loss was no number and keeps it. Its step is over when that is known,
 * so its pass is begun again, where {@linkplain BatchSource#isRepeatable that gives the same}.
 */
final class DivergedBatch {
    private static final int SHOWN = 5;

    private DivergedBatch() {}

    /**
     * What was found.
     *
     * @param words the mini-batch in words
     * @param file where it was written to
     * @param trouble what kept it from being found
     */
    record Report(String words, Optional<Path> file, Optional<RuntimeException> trouble) {
        static Report of(String words) {
            return new Report(words, Optional.empty(), Optional.empty());
        }
    }

    /**
     * What to throw.
     *
     * @param source the samples
     * @param cursor where the training stands
     * @param offence the loss
     * @param folder where to write the mini-batch, or {@code null} to write nothing
     * @param parent intermediate arrays live in a sub-manager of it
     */
    static TrainingDivergedException exception(
            BatchSource source,
            TrainingCursor cursor,
            LossWindow.Offence offence,
            @Nullable Path folder,
            NDManager parent) {
        int ago = offence.stepsAgo();
        long step = cursor.steps - ago;
        double loss = offence.loss();
        long index = cursor.batch - 1 - ago;
        return new TrainingDivergedException(
                loss, step, find(source, cursor.epoch, index, step, loss, folder, parent));
    }

    /**
     * Finds a mini-batch and writes it to a file.
     *
     * @param source the samples
     * @param epoch the epoch, from 1
     * @param index the mini-batch in it, from 0
     * @param step the step, from 1
     * @param loss its loss
     * @param folder where to write it, or {@code null} to write nothing
     * @param parent intermediate arrays live in a sub-manager of it
     */
    private static Report find(
            BatchSource source,
            int epoch,
            long index,
            long step,
            double loss,
            @Nullable Path folder,
            NDManager parent) {
        String place = "mini-batch %d of epoch %d".formatted(index + 1, epoch);
        if (!source.isRepeatable()) {
            return Report.of(place + ", which its source does not give a second time");
        }
        try (NDManager scope = parent.newSubManager();
                BatchSource.Pass pass = source.pass(scope, epoch)) {
            pass.skip(index, scope);
            Minibatch batch = pass.next(scope);
            if (batch == null) {
                return Report.of(place);
            }
            String words = place + samples(batch.positions()) + finite(batch.data());
            if (folder == null) {
                return Report.of(words);
            }
            Path file = folder.resolve("diverged-step-%d.safetensors".formatted(step));
            try {
                write(batch, file, epoch, step, loss, scope);
                return new Report(words + ", kept in " + file, Optional.of(file), Optional.empty());
            } catch (IOException e) {
                return Report.of(
                        words + ", which could not be written to " + file + ": " + e.getMessage());
            }
        } catch (RuntimeException e) {
            // What went wrong first is what is to be told.
            return new Report(
                    place + ", which could not be looked at again: " + e.getMessage(),
                    Optional.empty(),
                    Optional.of(e));
        }
    }

    private static String samples(long[] positions) {
        if (positions.length == 0) {
            return "";
        }
        String shown =
                Arrays.stream(positions)
                        .limit(SHOWN)
                        .mapToObj(Long::toString)
                        .reduce((a, b) -> a + ", " + b)
                        .orElseThrow();
        return ", samples %s%s".formatted(shown, positions.length > SHOWN ? ", ..." : "");
    }

    private static String finite(NDList data) {
        for (NDArray array : data) {
            if (array.getDataType().isFloating()
                    && (array.isNaN().any().getBoolean()
                            || array.isInfinite().any().getBoolean())) {
                return ", whose data hold values that are no finite numbers";
            }
        }
        return "";
    }

    private static void write(
            Minibatch batch, Path file, int epoch, long step, double loss, NDManager scope)
            throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        put(arrays, "data.", batch.data());
        put(arrays, "labels.", batch.labels());
        if (batch.positions().length > 0) {
            arrays.put("positions", scope.create(batch.positions()));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Safetensors.save(
                file,
                arrays,
                Map.of(
                        "epoch", Integer.toString(epoch),
                        "step", Long.toString(step),
                        "loss", Double.toString(loss)));
    }

    private static void put(Map<String, NDArray> arrays, String prefix, NDList list) {
        for (int i = 0; i < list.size(); i++) {
            arrays.put(prefix + i, list.get(i));
        }
    }
}
