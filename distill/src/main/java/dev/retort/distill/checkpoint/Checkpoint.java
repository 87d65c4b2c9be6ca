package dev.retort.distill.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.torch.safetensors.SafetensorsFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** A checkpoint whose bytes were found to be those that were saved. Immutable. */
public final class Checkpoint {
    private final Path file;
    private final long step;
    private final Map<String, String> identity;
    private final JsonNode state;

    Checkpoint(Path file, long step, Map<String, String> identity, JsonNode state) {
        this.file = file;
        this.step = step;
        this.identity = Map.copyOf(identity);
        this.state = state;
    }

    /**
     * The step after which it was made.
     *
     * @return steps done, at least 0
     */
    public long step() {
        return step;
    }

    /**
     * Where it is.
     *
     * @return a file in the safetensors format
     */
    public Path file() {
        return file;
    }

    /**
     * What is no array: counters, sums, places.
     *
     * @return what was given to {@link CheckpointFolder#save}; not to be changed
     */
    public JsonNode state() {
        return state;
    }

    /**
     * Reads the arrays whose name begins with a prefix.
     *
     * @param prefix the prefix, which is taken off
     * @param owner owns the arrays, which lie on its device
     * @return the arrays by the rest of their names, in the order of the file
     * @throws IOException if the file cannot be read any more
     */
    public Map<String, NDArray> arrays(String prefix, NDManager owner) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            for (String name : tensors.tensors().keySet()) {
                if (name.startsWith(prefix)) {
                    arrays.put(name.substring(prefix.length()), tensors.read(name, owner));
                }
            }
        }
        return arrays;
    }

    /**
     * Refuses a checkpoint of something else.
     *
     * @param expected what the training is of, by what it is called: the plan, the data
     * @throws OtherTrainingException if the checkpoint is of something else, with both
     */
    void requireIdentity(Map<String, String> expected) throws OtherTrainingException {
        SortedSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(identity.keySet());
        for (String name : names) {
            String own = expected.getOrDefault(name, "none");
            String found = identity.getOrDefault(name, "none");
            if (!own.equals(found)) {
                throw new OtherTrainingException(
                        "expected a checkpoint of a training with the %s %s, found one with %s: %s"
                                .formatted(name, own, found, file));
            }
        }
    }
}
