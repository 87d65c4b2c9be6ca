package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.util.Pair;

import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.InPlace;
import dev.retort.torch.safetensors.Safetensors;
import dev.retort.torch.safetensors.SafetensorsException;
import dev.retort.torch.safetensors.SafetensorsFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A network with adapters of low rank at some of its linear layers. All parameters that the network
 * had are frozen, and the adapters are what is trained and, by {@link #save}, what is shipped.
 * {@link #merge} adds them to the weights of the network, which then gives the same outputs without
 * them.
 *
 * <p>It is trained by its {@link #plan}, which keeps the running statistics of batch normalisations
 * too; any other training moves those, which {@link #save} does not hold:
 *
 * {@snippet :
 * trained.setBlock(lora.block());
 * new TransferTraining(trained, loss, meter, observer)
 *         .run(List.of(new TransferStage(lora.plan(), training)), source, validation);
 * }
 *
 * <p>The network keeps its blocks: those that lead to an adapted layer are sequential and are made
 * anew around them. Confined to one thread.
 */
public final class LoraNetwork {
    private static final String RANK = "lora_rank";
    private static final String ALPHA = "lora_alpha";
    private static final String PREFIX = "base_model.model.";

    private final Block network;
    private final SequentialBlock adapted;
    private final LoraSettings settings;
    private final SequencedMap<String, LoraLinear> adapters = new LinkedHashMap<>();
    private boolean merged;

    private LoraNetwork(Block network, LoraSettings settings, Predicate<String> layers) {
        this.network = network;
        this.settings = settings;
        if (!(network instanceof SequentialBlock sequential)
                || network.getClass() != SequentialBlock.class) {
            throw new IllegalArgumentException(
                    "expected a sequential block to adapt layers of, found %s"
                            .formatted(network.getClass().getName()));
        }
        for (Parameter parameter : network.getParameters().values()) {
            parameter.freeze(true);
        }
        adapted = adapt("", sequential, layers);
        if (adapters.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a linear layer to adapt, found none among "
                            + ParameterPaths.of(network).keySet());
        }
    }

    /**
     * Adapts layers of a network; the initial values are drawn from the engine's random generator.
     *
     * @param network the network, initialised; its parameters are frozen
     * @param settings rank, scaling and dropout
     * @param layers tells of a linear layer's path, such as {@code 01Linear}, whether it is adapted
     * @return the network with adapters
     */
    public static LoraNetwork of(Block network, LoraSettings settings, Predicate<String> layers) {
        return new LoraNetwork(
                requireNonNull(network, "network is null"),
                requireNonNull(settings, "settings is null"),
                requireNonNull(layers, "layers is null"));
    }

    private SequentialBlock adapt(
            String prefix, SequentialBlock sequential, Predicate<String> layers) {
        SequentialBlock around = new SequentialBlock();
        around.setReturnIntermediate(sequential.isReturnIntermediate());
        for (Pair<String, Block> child : sequential.getChildren()) {
            String path = prefix + child.getKey();
            switch (child.getValue()) {
                case Linear linear when layers.test(path) -> {
                    LoraLinear adapter = new LoraLinear(linear, settings);
                    adapters.put(path, adapter);
                    around.add(adapter);
                }
                case SequentialBlock inner when inner.getClass() == SequentialBlock.class ->
                        around.add(adapt(path + "/", inner, layers));
                default -> around.add(child.getValue());
            }
        }
        return around;
    }

    /**
     * The network with its adapters, to be trained. It is not to be run while the adapters are
     * merged.
     *
     * @return the block, to be trained by {@link #plan}
     */
    public Block block() {
        return adapted;
    }

    /**
     * The plan to train {@link #block} by: the adapters alone, while all else stays as it is,
     * running statistics of batch normalisations included.
     *
     * @return the plan
     */
    public TransferPlan plan() {
        Collection<Parameter> own = parameters().values();
        Set<String> trained = new HashSet<>();
        ParameterPaths.of(adapted)
                .forEach(
                        (path, parameter) -> {
                            if (own.contains(parameter)) {
                                trained.add(path);
                            }
                        });
        return TransferPlan.builder().freezeWhere(path -> !trained.contains(path)).build();
    }

    /**
     * The network itself: without the adapters, or with them in its weights while they are merged.
     *
     * @return the block that was given
     */
    public Block network() {
        return network;
    }

    /**
     * The paths of the adapted layers.
     *
     * @return the paths, in the network's order
     */
    public SequencedSet<String> layers() {
        return Collections.unmodifiableSequencedSet(adapters.sequencedKeySet());
    }

    /**
     * Adds the adapters to the weights of {@link #network}, to be saved or run by itself.
     *
     * @throws IllegalStateException if they are merged
     */
    public void merge() {
        requireMerged(false);
        adapters.values().forEach(adapter -> adapter.addToWeight(1));
        merged = true;
    }

    /**
     * Takes the adapters off the weights, which are then what they were up to rounding.
     *
     * @throws IllegalStateException if they are not merged
     */
    public void unmerge() {
        requireMerged(true);
        adapters.values().forEach(adapter -> adapter.addToWeight(-1));
        merged = false;
    }

    private void requireMerged(boolean expected) {
        if (merged != expected) {
            throw new IllegalStateException(
                    "expected adapters that are %s, found them %s"
                            .formatted(word(expected), word(merged)));
        }
    }

    private static String word(boolean isMerged) {
        return isMerged ? "merged" : "beside the layers";
    }

    /**
     * Saves the adapters alone, as a safetensors file with the names that Python's PEFT gives them:
     * {@code base_model.model.PATH.lora_A.weight}, with dots in the path. Rank and alpha stand in
     * the metadata. Needs {@code dev.retort:retort-torch} on the class path.
     *
     * @param file the file
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     */
    public void save(Path file) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters().forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        Safetensors.save(
                file,
                arrays,
                Map.of(
                        "format",
                        "pt",
                        RANK,
                        Integer.toString(settings.rank()),
                        ALPHA,
                        Float.toString(settings.alpha())));
    }

    /**
     * Loads adapters that were saved, into a network with adapters of the same rank and alpha at
     * the same layers.
     *
     * @param file the file
     * @throws IllegalArgumentException if it is of other layers, or of another rank or alpha
     * @throws IllegalStateException if the adapters are merged
     * @throws SafetensorsException if it is not in that format
     * @throws IOException if it cannot be read
     */
    public void load(Path file) throws IOException {
        requireMerged(false);
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            requireAlike(saved, file);
            for (Map.Entry<String, Parameter> entry : parameters().entrySet()) {
                NDArray target = entry.getValue().getArray();
                try (GradientMode _ = GradientMode.off(target.getManager().getEngine());
                        NDManager scope = target.getManager().newSubManager()) {
                    InPlace.copy(saved.read(entry.getKey(), scope), target);
                }
            }
        }
    }

    private void requireAlike(SafetensorsFile saved, Path file) {
        List<String> found =
                List.of(
                        String.valueOf(saved.metadata().get(RANK)),
                        String.valueOf(saved.metadata().get(ALPHA)));
        List<String> expected =
                List.of(Integer.toString(settings.rank()), Float.toString(settings.alpha()));
        boolean sameShapes =
                saved.tensors().keySet().equals(parameters().keySet())
                        && parameters().entrySet().stream()
                                .allMatch(
                                        own ->
                                                own.getValue()
                                                        .getArray()
                                                        .getShape()
                                                        .equals(shape(saved, own.getKey())));
        if (!found.equals(expected) || !sameShapes) {
            throw new IllegalArgumentException(
                    "expected adapters of rank and alpha %s at %s, found %s at %s in %s"
                            .formatted(
                                    expected,
                                    parameters().keySet(),
                                    found,
                                    saved.tensors().values(),
                                    file));
        }
    }

    private static Shape shape(SafetensorsFile saved, String name) {
        return requireNonNull(saved.tensors().get(name), name).shape();
    }

    private SequencedMap<String, Parameter> parameters() {
        SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
        adapters.forEach(
                (path, adapter) -> {
                    String name = PREFIX + path.replace('/', '.');
                    parameters.put(name + ".lora_A.weight", adapter.a());
                    parameters.put(name + ".lora_B.weight", adapter.b());
                });
        return parameters;
    }
}
