package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.torch.safetensors.Safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** What {@code additions_golden.py} computed with Python. */
final class AdditionsGolden {
    private final NDList tensors;

    AdditionsGolden(NDManager manager) {
        try {
            Path file = Path.of(AdditionsGolden.class.getResource("additions.safetensors").toURI());
            tensors = Safetensors.load(file, manager);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new AssertionError("no golden tensor " + name);
        }
        return tensor;
    }

    float[] floats(String name) {
        return get(name).toFloatArray();
    }
}
