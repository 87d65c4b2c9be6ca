package dev.retort.distill.tap;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import ai.djl.util.PairList;

import dev.retort.distill.flops.WrappingBlock;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * A network that also gives the outputs of some of its blocks: its first output, then those of the
 * taps in their order. The network is not changed, and is what is saved: this block is for training
 * only, and can have further parameters to train beside the network's, such as those of projectors.
 * Its output shapes are those of the first output: those of taps are known when it runs.
 *
 * <p>Confined to one thread.
 */
public final class TappedBlock extends WrappingBlock {
    private final List<String> paths;
    private final ParameterList beside;
    private final NavigableMap<String, TapPoint> points;

    /**
     * Taps a network.
     *
     * @param network the network, its block initialised; borrowed
     * @param paths the paths of taps, as {@link Taps#of} lists them
     */
    public TappedBlock(Block network, List<String> paths) {
        this(network, paths, new ParameterList());
    }

    /**
     * Taps a network.
     *
     * @param network the network, its block initialised; borrowed
     * @param paths the paths of taps, as {@link Taps#of} lists them
     * @param beside what is trained with the network; borrowed
     */
    public TappedBlock(Block network, List<String> paths, ParameterList beside) {
        super(network);
        this.paths = List.copyOf(paths);
        this.beside = beside;
        points = TapPoint.in(network);
        // The others need not be looked after.
        points.keySet().retainAll(this.paths);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> options) {
        Map<String, NDArray> tapped = new HashMap<>();
        TapWalk walk =
                new TapWalk(
                        parameters,
                        training,
                        points,
                        (path, outputs) -> keep(tapped, path, outputs));
        NDList result =
                new NDList(
                        walk.run(
                                        network(),
                                        inputs,
                                        prefix ->
                                                paths.stream()
                                                        .anyMatch(path -> path.startsWith(prefix)))
                                .head());
        for (String path : paths) {
            NDArray output = tapped.get(path);
            if (output == null) {
                throw new IllegalArgumentException(
                        "expected a tap of the network, found none at " + path);
            }
            result.add(output);
        }
        return result;
    }

    private void keep(Map<String, NDArray> tapped, String path, NDList outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            String name = i == 0 ? path : path + "#" + i;
            if (paths.contains(name)) {
                tapped.put(name, outputs.get(i));
            }
        }
    }

    /** Those of the network, then what is trained beside it. */
    @Override
    public ParameterList getParameters() {
        ParameterList all = super.getParameters();
        for (Pair<String, Parameter> pair : beside) {
            all.add("beside_" + pair.getKey(), pair.getValue());
        }
        return all;
    }
}
