package dev.retort.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.TransformerEncoderBlock;

import dev.retort.distill.Networks;

/** What {@link TrainingStep} trains, and {@code bench/peers/torch_peer.py} under the same names. */
public enum Workload {
    /** 784-256-10, batch 128. */
    MLP_784_256_10(10) {
        @Override
        public Block network() {
            return mlp(256, 10);
        }
    },
    /** 16-32-4, batch 8. */
    MLP_16_32_4(4) {
        @Override
        public Block network() {
            return mlp(32, 4);
        }
    },
    /** The convolutional student of Fashion-MNIST with 106,010 parameters, batch 128. */
    CNN(10) {
        @Override
        public Block network() {
            return Networks.convolutional(16, 32, 64, 10);
        }
    },
    /**
     * Four post-norm encoder layers of width 128, 4 heads and 512 hidden units on 8 x 128 tokens;
     * the mean token is classified.
     */
    ENCODER(10) {
        @Override
        public Block network() {
            SequentialBlock block = new SequentialBlock();
            for (int i = 0; i < 4; i++) {
                block.add(new TransformerEncoderBlock(128, 4, 512, 0.1f, Activation::relu));
            }
            return block.add(new LambdaBlock(Workload::meanToken, "mean"))
                    .add(Linear.builder().setUnits(10).build());
        }
    };

    private final int classes;

    Workload(int classes) {
        this.classes = classes;
    }

    /** A new network, without values of its parameters. */
    public abstract Block network();

    /** The shape of a batch. */
    public Shape input() {
        return switch (this) {
            case MLP_784_256_10 -> new Shape(128, 784);
            case MLP_16_32_4 -> new Shape(8, 16);
            case CNN -> new Shape(128, 1, 28, 28);
            case ENCODER -> new Shape(8, 128, 128);
        };
    }

    /** How many classes it tells apart. */
    public int classes() {
        return classes;
    }

    private static Block mlp(int hidden, int classes) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(hidden).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(classes).build());
    }

    private static NDList meanToken(NDList tokens) {
        return new NDList(tokens.singletonOrThrow().mean(new int[] {1}));
    }
}
