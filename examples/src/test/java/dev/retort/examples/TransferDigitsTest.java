package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.Networks;
import dev.retort.distill.transfer.TransferStage;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class TransferDigitsTest {
    /** What is compared costs the same number of epochs. */
    @Test
    void eachWayHasTheSameEpochs() {
        Map<String, Integer> stages =
                Map.of("tune", 1, "scratch", 1, "probe", 1, "probe, tune", 2, "unfreeze", 3);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block network = Networks.mlp(new int[] {64, 32}, 5);
            network.initialize(manager, DataType.FLOAT32, new Shape(1, 64));
            for (String way : TransferDigits.WAYS) {
                List<TransferStage> found = TransferDigits.stages(way, network);
                assertEquals(stages.get(way), found.size(), way);
                assertEquals(
                        60, found.stream().mapToInt(stage -> stage.training().epochs()).sum(), way);
            }
        }
    }
}
