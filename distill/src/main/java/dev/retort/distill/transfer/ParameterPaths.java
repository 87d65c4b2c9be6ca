package dev.retort.distill.transfer;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The parameters of a network by their paths, in the network's order. A path is made of the names
 * of blocks as DJL has them and of the parameter's own, such as {@code
 * 02SequentialBlock/01Linear/weight}; the dots in names of TorchScript, such as {@code
 * layer1.0.weight}, are read as slashes.
 */
public final class ParameterPaths {
    private ParameterPaths() {}

    /**
     * Lists the parameters of a network.
     *
     * @param network the network
     * @return the parameters by path, running statistics included; unmodifiable
     */
    public static SequencedMap<String, Parameter> of(Block network) {
        SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
        collect("", network, parameters);
        return Collections.unmodifiableSequencedMap(parameters);
    }

    private static void collect(
            String prefix, Block block, SequencedMap<String, Parameter> parameters) {
        for (Pair<String, Parameter> pair : block.getDirectParameters()) {
            String name =
                    block instanceof SymbolBlock ? pair.getKey().replace('.', '/') : pair.getKey();
            parameters.put(prefix + name, pair.getValue());
        }
        for (Pair<String, Block> child : block.getChildren()) {
            collect(prefix + child.getKey() + "/", child.getValue(), parameters);
        }
    }

    /** Whether a parameter lies at a path or below it. */
    static boolean isAt(String parameter, String path) {
        return parameter.equals(path) || parameter.startsWith(path + "/");
    }

    /** Whether a parameter is computed by forward passes, and never trained. */
    static boolean isStatistic(Parameter parameter) {
        return parameter.getType() == Parameter.Type.RUNNING_MEAN
                || parameter.getType() == Parameter.Type.RUNNING_VAR;
    }
}
