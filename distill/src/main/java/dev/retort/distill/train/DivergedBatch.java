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
 * so its pass is begun again: the same epoch of a source gives the same mini-batches.
 */
final class DivergedBatch {
    private static final int SHOWN = 5;

    private DivergedBatch() {}

    /**
     * What was found.
     *
     * @param words the mini-batch in words
     * @param file where it was written to
     */
    record Report(String words, Optional<Path> file) {}

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
    static Report find(
            BatchSource source,
            int epoch,
            long index,
            long step,
            double loss,
            @Nullable Path folder,
            NDManager parent) {
        String place = "mini-batch %d of epoch %d".formatted(index + 1, epoch);
        try (NDManager scope = parent.newSubManager();
                BatchSource.Pass pass = source.pass(scope, epoch)) {
            pass.skip(index, scope);
            Minibatch batch = pass.next(scope);
            if (batch == null) {
                return new Report(place, Optional.empty());
            }
            String words = place + samples(batch.positions()) + finite(batch.data());
            if (folder == null) {
                return new Report(words, Optional.empty());
            }
            Path file = folder.resolve("diverged-step-%d.safetensors".formatted(step));
            try {
                write(batch, file, epoch, step, loss, scope);
                return new Report(words + ", kept in " + file, Optional.of(file));
            } catch (IOException e) {
                return new Report(
                        words + ", which could not be written to " + file + ": " + e.getMessage(),
                        Optional.empty());
            }
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
