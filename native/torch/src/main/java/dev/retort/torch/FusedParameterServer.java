package dev.retort.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterServer;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings a fused optimizer into DJL's {@code Trainer}: that updates one parameter after another in
 * {@code Trainer.step()}, and with the last of those that take a gradient all are updated at once.
 */
final class FusedParameterServer implements ParameterServer {
    private final FusedOptimizer optimizer;
    private final Map<String, NDArray> known = new HashMap<>();
    private final Map<String, NDArray> gathered = new LinkedHashMap<>();

    /** How many parameters took a gradient when the gathering began. */
    private long trained;

    FusedParameterServer(FusedOptimizer optimizer) {
        this.optimizer = optimizer;
    }

    @Override
    public void init(String parameterId, NDArray[] value) {
        known.put(parameterId, value[0]);
    }

    @Override
    public void update(String parameterId, NDArray[] params) {
        gather(parameterId, params);
    }

    @Override
    public void update(String parameterId, NDArray[] grads, NDArray[] params) {
        gather(parameterId, params);
    }

    private void gather(String parameterId, NDArray[] params) {
        if (params.length != 1) {
            throw new EngineException(
                    "expected parameters on one device with a fused optimizer, found %d devices"
                            .formatted(params.length));
        }
        if (gathered.containsKey(parameterId)) {
            // The step before left parameters out, so what it had is all there is.
            step();
        }
        if (gathered.isEmpty()) {
            trained = known.values().stream().filter(NDArray::hasGradient).count();
        }
        gathered.put(parameterId, params[0]);
        if (gathered.size() == trained) {
            step();
        }
    }

    private void step() {
        try (Gradients gradients = Gradients.of(gathered)) {
            gathered.clear();
            optimizer.step(gradients, null);
        }
    }

    /** The optimizer is the caller's, who may go on with it. */
    @Override
    public void close() {}
}
