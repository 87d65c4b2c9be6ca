package dev.retort.torch.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Saves and loads the parameters of a DJL block, running statistics of normalisation included.
 *
 * <p>DJL names parameters by the place of their block, such as {@code 01Linear_weight}; Python by
 * the attributes of a module, such as {@code 0.weight}. The caller says which is which by a
 * function from the first to the second, for example {@code Map.of("01Linear_weight", "0.weight",
 * …)::get}. Shapes need no change: linear, convolutional and embedding weights and those of
 * normalisation have the same in both.
 */
public final class BlockParameters {
    private BlockParameters() {}

    /**
     * Saves all parameters.
     *
     * @param block an initialized block
     * @param path the file
     * @param names from a parameter's name in DJL to that in the file, {@code name -> name} to keep
     *     it
     * @param metadata texts that describe the file
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     */
    public static void save(
            Block block,
            Path path,
            Function<String, @Nullable String> names,
            Map<String, String> metadata)
            throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        byFileName(block, names)
                .forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        Safetensors.save(path, arrays, metadata);
    }

    /**
     * Loads all parameters in place: arrays, gradients and optimizer state stay attached. Values of
     * another type are converted, for instance weights in bfloat16 into parameters in float32.
     * Nothing is changed unless every parameter is there in its shape.
     *
     * @param block an initialized block
     * @param path a file that holds every parameter
     * @param names from a parameter's name in DJL to that in the file, {@code name -> name} to keep
     *     it
     * @return the names of tensors in the file that no parameter asked for, such as {@code
     *     num_batches_tracked} of Python's batch normalisation
     * @throws SafetensorsException if the file is not in that format
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a parameter is missing or of another shape
     */
    public static Set<String> load(Block block, Path path, Function<String, @Nullable String> names)
            throws IOException {
        Map<String, Parameter> parameters = byFileName(block, names);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            parameters.forEach((name, parameter) -> check(name, parameter, file, path));
            for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
                copy(file, entry.getKey(), entry.getValue());
            }
            Set<String> unused = new LinkedHashSet<>(file.tensors().keySet());
            unused.removeAll(parameters.keySet());
            return unused;
        }
    }

    private static Map<String, Parameter> byFileName(
            Block block, Function<String, @Nullable String> names) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        block.getParameters()
                .forEach(
                        pair -> {
                            String name = names.apply(pair.getKey());
                            if (name == null
                                    || parameters.putIfAbsent(name, pair.getValue()) != null) {
                                throw new IllegalArgumentException(
                                        "expected a name of its own in the file for parameter '%s', found %s"
                                                .formatted(pair.getKey(), name));
                            }
                        });
        return parameters;
    }

    private static void check(String name, Parameter parameter, SafetensorsFile file, Path path) {
        TensorEntry tensor = file.tensors().get(name);
        Shape expected = parameter.getArray().getShape();
        if (tensor == null || !tensor.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "expected tensor '%s' of shape %s for parameter '%s' in %s, found %s"
                            .formatted(
                                    name,
                                    expected,
                                    parameter.getName(),
                                    path,
                                    tensor == null
                                            ? "only " + file.tensors().keySet()
                                            : tensor.shape()));
        }
        TensorBytes.requireDataType(tensor);
    }

    private static void copy(SafetensorsFile file, String name, Parameter parameter) {
        NDArray target = parameter.getArray();
        try (NDManager scope = target.getManager().newSubManager(target.getDevice())) {
            NDArray source = file.read(name, scope).toType(target.getDataType(), false);
            // A leaf of the graph must not be changed in place.
            boolean trained = target.hasGradient();
            target.setRequiresGradient(false);
            try {
                assign(target, source, scope);
            } finally {
                target.setRequiresGradient(trained);
            }
        }
    }

    private static void assign(NDArray target, NDArray source, NDManager scope) {
        if (target.isScalar()) {
            NDArray cell = target.reshape(1);
            cell.attach(scope);
            cell.set(new NDIndex("..."), source.reshape(1));
        } else {
            target.set(new NDIndex("..."), source);
        }
    }
}
