package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.torch.ffi.AtenTensor;

/** New tensors of random numbers, drawn from the generator of their device. */
final class RandomCreation {
    private RandomCreation() {}

    static long integers(long low, long high, Shape shape, DataType type, Device device) {
        return AtenTensor.randint(
                low,
                high,
                shape.getShape(),
                TorchTypes.code(type),
                -1,
                TorchTypes.device(device),
                null);
    }

    static long permutation(long n, Device device) {
        return AtenTensor.randperm(
                n, TorchTypes.code(DataType.INT64), -1, TorchTypes.device(device), null);
    }

    static long uniform(float low, float high, Shape shape, DataType type, Device device) {
        return Creation.filled(
                Creation.empty(shape, type, device),
                made -> AtenTensor.uniformInPlace(made, low, high, 0));
    }

    static long normal(float mean, float deviation, Shape shape, DataType type, Device device) {
        return Creation.filled(
                Creation.empty(shape, type, device),
                made -> AtenTensor.normalInPlace(made, mean, deviation, 0));
    }
}
