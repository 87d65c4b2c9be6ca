package dev.retort.distill.tap;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.distill.train.GradientMode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The taps of a network. */
public final class Taps {
    private static final int PROBED_SAMPLES = 2;

    private Taps() {}

    /**
     * Lists the taps of a model, in the order of its work, by running it once in evaluation mode on
     * zeros. Sequential blocks are gone into, also within each other; other blocks, TorchScript
     * modules among them, have a tap for each of their outputs.
     *
     * @param model the model, its block initialised
     * @param sampleShape the shape of one sample, without the batch axis
     * @return the taps; the last is {@link Tap#OUTPUT}, or its further outputs
     */
    public static List<Tap> of(Model model, Shape sampleShape) {
        NDManager manager = model.getNDManager();
        List<Tap> taps = new ArrayList<>();
        try (GradientMode _ = GradientMode.off(manager.getEngine());
                NDManager scope = manager.newSubManager()) {
            NDArray zeros =
                    scope.zeros(new Shape(PROBED_SAMPLES).addAll(sampleShape), DataType.FLOAT32);
            new TapWalk(
                            new ParameterStore(scope, false),
                            false,
                            TapPoint.in(model.getBlock()),
                            (path, outputs) -> add(taps, path, outputs))
                    .run(model.getBlock(), new NDList(zeros), _ -> true)
                    .attach(scope);
        }
        return List.copyOf(taps);
    }

    private static void add(List<Tap> taps, String path, NDList outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            Shape shape = outputs.get(i).getShape();
            taps.add(
                    new Tap(
                            i == 0 ? path : path + "#" + i,
                            shape.dimension() == 0 ? shape : new Shape(-1).addAll(shape.slice(1))));
        }
    }

    /**
     * The tap of a path.
     *
     * @param taps the taps of a network
     * @param path the path
     * @return the tap
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    public static Tap find(List<Tap> taps, String path) {
        return taps.stream()
                .filter(tap -> tap.path().equals(path))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected a tap of %s, found %s"
                                                .formatted(
                                                        taps.stream()
                                                                .map(Tap::path)
                                                                .collect(Collectors.joining(", ")),
                                                        path)));
    }

    /**
     * What the last layer of a classifier is given: the usual place for features of a sample.
     *
     * @param block a sequential block whose last child makes the logits
     * @param taps its taps
     * @return the tap of its last child but one
     * @throws IllegalArgumentException if the network is no sequence of at least two blocks
     */
    public static Tap penultimate(Block block, List<Tap> taps) {
        int children = block.getChildren().size();
        if (children >= 2) {
            String path = TapWalk.name(block.getChildren().get(children - 2));
            for (Tap tap : taps) {
                if (tap.path().equals(path)) {
                    return tap;
                }
            }
        }
        throw new IllegalArgumentException(
                "expected the path of a tap for a network that is no sequence of blocks, found none");
    }
}
