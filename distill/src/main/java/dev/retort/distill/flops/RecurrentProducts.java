package dev.retort.distill.flops;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.util.Pair;

/**
 * The products of DJL's recurrent layers: in each time step, layer and direction one of the layer's
 * input and one of the state with the weights of all gates (1 in an RNN, 3 in a GRU, 4 in an LSTM).
 * The state before the first step counts like the others, as engines multiply it like them.
 */
final class RecurrentProducts {
    private RecurrentProducts() {}

    /**
     * Adds the products of a block.
     *
     * @param block the block, initialised; DJL names its weights {@code l_0_i2h_WEIGHT}: direction,
     *     layer, and whether of the input or of the state
     * @param input samples and time steps in either order, and features
     * @param inputHasGradient whether something before it is trained
     * @param products the sum
     * @return whether something up to its end is trained
     */
    static boolean add(
            RecurrentBlock block, Shape input, boolean inputHasGradient, Products products) {
        double samplesAndSteps = (double) input.get(0) * input.get(1);
        boolean trained = inputHasGradient;
        boolean layerTrained = inputHasGradient;
        String layer = "";
        for (Pair<String, Parameter> entry : block.getDirectParameters()) {
            String[] name = entry.getKey().split("_", -1);
            if (!name[3].equals("WEIGHT")) {
                continue;
            }
            if (!name[1].equals(layer)) {
                layer = name[1];
                layerTrained = trained;
            }
            Parameter weight = entry.getValue();
            boolean ofInput = name[2].equals("i2h");
            trained |= weight.requiresGradient();
            boolean operand = ofInput ? layerTrained : trained;
            int gradients = (weight.requiresGradient() ? 1 : 0) + (operand ? 1 : 0);
            products.add(samplesAndSteps * weight.getArray().getShape().size(), gradients);
        }
        return trained;
    }
}
