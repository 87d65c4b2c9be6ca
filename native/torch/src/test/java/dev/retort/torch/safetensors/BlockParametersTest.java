package dev.retort.torch.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A network that Python trained answers the same in DJL, and travels back unchanged. */
class BlockParametersTest {
    private static final Map<String, String> NAMES =
            Map.of(
                    "01Conv2d_weight", "0.weight",
                    "01Conv2d_bias", "0.bias",
                    "02BatchNorm_gamma", "1.weight",
                    "02BatchNorm_beta", "1.bias",
                    "02BatchNorm_runningMean", "1.running_mean",
                    "02BatchNorm_runningVar", "1.running_var",
                    "05Linear_weight", "4.weight",
                    "05Linear_bias", "4.bias");

    @TempDir private Path folder;
    private NDManager manager;
    private Block block;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        block =
                new SequentialBlock()
                        .add(
                                Conv2d.builder()
                                        .setKernelShape(new Shape(3, 3))
                                        .setFilters(4)
                                        .optPadding(new Shape(1, 1))
                                        .build())
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(5).build());
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 6, 6));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void answersAsInPython() throws IOException {
        Set<String> unused =
                BlockParameters.load(block, Golden.file("module.safetensors"), NAMES::get);
        assertEquals(Set.of("1.num_batches_tracked"), unused);
        NDList golden = Safetensors.load(Golden.file("module-output.safetensors"), manager);
        NDList output =
                block.forward(
                        new ParameterStore(manager, false), new NDList(golden.get("input")), false);
        assertArrayEquals(
                golden.get("output").toFloatArray(),
                output.singletonOrThrow().toFloatArray(),
                1e-5f);
    }

    @Test
    void travelsBackUnchanged() throws IOException {
        BlockParameters.load(block, Golden.file("module.safetensors"), NAMES::get);
        Path back = folder.resolve("back.safetensors");
        BlockParameters.save(block, back, NAMES::get, Map.of());
        try (SafetensorsFile file = SafetensorsFile.open(back);
                SafetensorsFile golden = SafetensorsFile.open(Golden.file("module.safetensors"))) {
            assertEquals(Set.copyOf(NAMES.values()), Set.copyOf(file.tensors().keySet()));
            for (String name : NAMES.values()) {
                assertEquals(-1, golden.bytes(name).mismatch(file.bytes(name)), name);
            }
        }
    }

    @Test
    void keepsParametersTrainableAndConvertsTypes() throws IOException {
        Path path = folder.resolve("bf16.safetensors");
        Map<String, NDArray> halves = new LinkedHashMap<>();
        block.getParameters()
                .forEach(
                        pair ->
                                halves.put(
                                        pair.getKey(),
                                        pair.getValue()
                                                .getArray()
                                                .onesLike()
                                                .mul(0.5f)
                                                .toType(DataType.BFLOAT16, true)));
        Safetensors.save(path, halves, Map.of());
        BlockParameters.load(block, path, name -> name);
        NDArray weight = block.getParameters().get("05Linear_weight").getArray();
        assertEquals(DataType.FLOAT32, weight.getDataType());
        assertEquals(0.5f, weight.mean().getFloat());
        assertTrue(weight.hasGradient());
    }

    @Test
    void changesNothingUnlessAllParametersFit() throws IOException {
        Path path = folder.resolve("other.safetensors");
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        block.getParameters()
                .forEach(pair -> arrays.put(pair.getKey(), pair.getValue().getArray().onesLike()));
        arrays.put("05Linear_bias", manager.ones(new Shape(6)));
        Safetensors.save(path, arrays, Map.of());
        assertUnchanged(path);
        arrays.remove("05Linear_bias");
        Files.delete(path);
        Safetensors.save(path, arrays, Map.of());
        assertUnchanged(path);
    }

    private void assertUnchanged(Path path) {
        NDArray weight = block.getParameters().get("01Conv2d_weight").getArray();
        float[] before = weight.toFloatArray();
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockParameters.load(block, path, name -> name));
        assertArrayEquals(before, weight.toFloatArray());
    }
}
