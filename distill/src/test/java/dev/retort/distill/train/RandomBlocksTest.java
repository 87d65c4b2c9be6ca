package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.recurrent.LSTM;

import dev.retort.distill.Networks;
import dev.retort.distill.transfer.LoraNetwork;
import dev.retort.distill.transfer.LoraSettings;

import org.junit.jupiter.api.Test;

class RandomBlocksTest {
    @Test
    void networksWithoutDropoutDrawNothing() {
        assertFalse(RandomBlocks.mayDraw(Networks.mlp(new int[] {4}, 2)));
        assertFalse(RandomBlocks.mayDraw(Networks.convolutional(2, 2, 4, 2)));
    }

    @Test
    void whatMayDrawIsFoundHoweverDeep() {
        SequentialBlock inner = new SequentialBlock().add(Dropout.builder().build());
        assertTrue(RandomBlocks.mayDraw(new SequentialBlock().add(inner)));
        assertTrue(RandomBlocks.mayDraw(LSTM.builder().setStateSize(2).setNumLayers(1).build()));
        assertTrue(RandomBlocks.mayDraw(new LambdaBlock(list -> list)));
        assertFalse(RandomBlocks.mayDraw(new LambdaBlock(list -> list, "the same")));
    }

    @Test
    void adaptersDrawWhereTheyHaveDropout() {
        for (float dropout : new float[] {0, 0.1f}) {
            try (SmallTraining training = new SmallTraining(1)) {
                LoraSettings settings = new LoraSettings(2, 4, dropout);
                LoraNetwork lora = LoraNetwork.of(training.model.getBlock(), settings, _ -> true);
                assertEquals(dropout > 0, RandomBlocks.mayDraw(lora.block()));
            }
        }
    }
}
