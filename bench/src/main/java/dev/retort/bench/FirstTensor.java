package dev.retort.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Makes one tensor and ends: the time that this process takes is an engine's start-up, which {@code
 * bench/peers/compare.py} measures.
 */
final class FirstTensor {
    private FirstTensor() {}

    /**
     * Runs.
     *
     * @param arguments the name of the engine
     */
    public static void main(String[] arguments) {
        try (NDManager manager = Engine.getEngine(arguments[0]).newBaseManager()) {
            System.out.println(manager.ones(new Shape(1)).getFloat());
        }
    }
}
