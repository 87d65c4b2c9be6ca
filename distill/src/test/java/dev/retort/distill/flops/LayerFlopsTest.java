package dev.retort.distill.flops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv1dTranspose;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.LinearCollection;
import ai.djl.nn.core.Multiplication;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.GhostBatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Layers against counts by hand. The hand multiplies the sizes of each product of the layer's
 * textbook formula, rows times columns times the length of the sums, and looks at no parameter.
 */
class LayerFlopsTest {
    private static final int SAMPLES = 2;
    private static final int STEPS = 5;
    private static final int FEATURES = 7;
    private static final int STATE = 3;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private FlopCount count(Block block, Shape... inputs) {
        block.initialize(manager, DataType.FLOAT32, inputs);
        return FlopCounter.count(block, inputs);
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    /** A product of matrices: 2 operations for each element of the sums. */
    private static double product(long rows, long length, long columns) {
        return 2.0 * rows * length * columns;
    }

    private static FlopCount.Counted counted(double forward, double backward) {
        return new FlopCount.Counted(forward, backward);
    }

    @Test
    void anLstmHasFourGatesOfInputAndState() {
        double input = STEPS * product(SAMPLES, FEATURES, 4 * STATE);
        double state = STEPS * product(SAMPLES, STATE, 4 * STATE);
        Block block = LSTM.builder().setNumLayers(1).setStateSize(STATE).build();
        // The input of the first layer has no gradient, the state has.
        assertEquals(
                counted(input + state, input + 2 * state),
                count(block, new Shape(SAMPLES, STEPS, FEATURES)));
    }

    @Test
    void aGruHasThreeGatesAndAnRnnOne() {
        Block gru = GRU.builder().setNumLayers(1).setStateSize(STATE).build();
        double ofGru = STEPS * product(SAMPLES, FEATURES, 3 * STATE);
        double stateOfGru = STEPS * product(SAMPLES, STATE, 3 * STATE);
        assertEquals(
                counted(ofGru + stateOfGru, ofGru + 2 * stateOfGru),
                count(gru, new Shape(SAMPLES, STEPS, FEATURES)));
        Block rnn =
                RNN.builder()
                        .setNumLayers(1)
                        .setStateSize(STATE)
                        .setActivation(RNN.Activation.TANH)
                        .build();
        double ofRnn = STEPS * product(SAMPLES, FEATURES, STATE);
        double stateOfRnn = STEPS * product(SAMPLES, STATE, STATE);
        assertEquals(
                counted(ofRnn + stateOfRnn, ofRnn + 2 * stateOfRnn),
                count(rnn, new Shape(SAMPLES, STEPS, FEATURES)));
    }

    @Test
    void stackedLayersOfBothDirectionsReadBothDirectionsBelow() {
        Block block =
                LSTM.builder()
                        .setNumLayers(3)
                        .setStateSize(STATE)
                        .optBidirectional(true)
                        .optBatchFirst(false)
                        .build();
        double first = 2 * STEPS * product(SAMPLES, FEATURES, 4 * STATE);
        double further = 2 * 2 * STEPS * product(SAMPLES, 2 * STATE, 4 * STATE);
        double states = 3 * 2 * STEPS * product(SAMPLES, STATE, 4 * STATE);
        assertEquals(
                counted(first + further + states, first + 2 * further + 2 * states),
                count(block, new Shape(STEPS, SAMPLES, FEATURES)));
    }

    @Test
    void layersBeforeAndBehindARecurrentOneAreCountedWithIt() {
        Block block =
                new SequentialBlock()
                        .add(linear(FEATURES))
                        .add(LSTM.builder().setNumLayers(1).setStateSize(STATE).build())
                        .add(linear(4));
        double before = product(SAMPLES * STEPS, 6, FEATURES);
        double recurrent =
                STEPS * product(SAMPLES, FEATURES, 4 * STATE)
                        + STEPS * product(SAMPLES, STATE, 4 * STATE);
        double behind = product(SAMPLES * STEPS, STATE, 4);
        assertEquals(
                counted(before + recurrent + behind, before + 2 * recurrent + 2 * behind),
                count(block, new Shape(SAMPLES, STEPS, 6)));
    }

    @Test
    void aFrozenRecurrentLayerCostsItsForwardPass() {
        Block frozen = LSTM.builder().setNumLayers(2).setStateSize(STATE).build();
        Block block = new SequentialBlock().add(frozen).add(linear(4));
        Shape input = new Shape(SAMPLES, STEPS, FEATURES);
        block.initialize(manager, DataType.FLOAT32, input);
        frozen.freezeParameters(true);
        double recurrent =
                STEPS * product(SAMPLES, FEATURES, 4 * STATE)
                        + 3 * STEPS * product(SAMPLES, STATE, 4 * STATE);
        double behind = product(SAMPLES * STEPS, STATE, 4);
        assertEquals(counted(recurrent + behind, behind), FlopCounter.count(block, input));
    }

    private static ScaledDotProductAttentionBlock attention(int embedding, int heads) {
        return ScaledDotProductAttentionBlock.builder()
                .setEmbeddingSize(embedding)
                .setHeadCount(heads)
                .build();
    }

    @Test
    void selfAttentionIsFourProjectionsAndTwoProductsOfValues() {
        int embedding = 12;
        double projection = product(SAMPLES * STEPS, embedding, embedding);
        // Three heads of four: scores of positions with positions, and weighted values.
        double scores = SAMPLES * 3 * product(STEPS, 4, STEPS);
        double values = SAMPLES * 3 * product(STEPS, STEPS, 4);
        FlopCount.Counted expected =
                counted(
                        4 * projection + scores + values,
                        // Keys, queries and values of an input without gradient; the rest twice.
                        3 * projection + 2 * projection + 2 * scores + 2 * values);
        assertEquals(
                expected, count(attention(embedding, 3), new Shape(SAMPLES, STEPS, embedding)));
        assertEquals(
                expected,
                count(
                        attention(embedding, 3),
                        new Shape(SAMPLES, STEPS, embedding),
                        new Shape(SAMPLES, STEPS, STEPS)),
                "a mask counts nothing");
    }

    @Test
    void crossAttentionHasItsOwnNumberOfQueries() {
        long queries = 4;
        double keys = product(SAMPLES * STEPS, 8, 8);
        double ofQueries = product(SAMPLES * queries, 8, 8);
        double scores = SAMPLES * 2 * product(queries, 4, STEPS);
        double values = SAMPLES * 2 * product(queries, STEPS, 4);
        assertEquals(
                counted(
                        2 * keys + 2 * ofQueries + scores + values,
                        2 * keys + 3 * ofQueries + 2 * scores + 2 * values),
                count(
                        attention(8, 2),
                        new Shape(SAMPLES, STEPS, 8),
                        new Shape(SAMPLES, queries, 8),
                        new Shape(SAMPLES, STEPS, 8)));
    }

    @Test
    void anEncoderAddsAFeedForwardNetwork() {
        double projection = product(SAMPLES * STEPS, 8, 8);
        double attention = 2 * SAMPLES * product(STEPS, 8, STEPS);
        double feedForward = 2 * product(SAMPLES * STEPS, 8, 32);
        Block encoder = new TransformerEncoderBlock(8, 2, 32, 0.1f, Activation::gelu);
        assertEquals(
                counted(
                        4 * projection + attention + feedForward,
                        5 * projection + 2 * attention + 2 * feedForward),
                count(encoder, new Shape(SAMPLES, STEPS, 8)));
    }

    private static BertBlock.Builder bert() {
        // Two encoders of width 8 with two heads, whose hidden layer is four times as wide.
        return BertBlock.builder()
                .optTransformerBlockCount(2)
                .optEmbeddingSize(8)
                .optAttentionHeadCount(2)
                .optHiddenSize(32)
                .optMaxSequenceLength(STEPS)
                .setTokenDictionarySize(11);
    }

    private static double ofBert() {
        double projections = 4 * product(SAMPLES * STEPS, 8, 8);
        double attention = 2 * SAMPLES * product(STEPS, 8, STEPS);
        double feedForward = 2 * product(SAMPLES * STEPS, 8, 32);
        return 2 * (projections + attention + feedForward) + product(SAMPLES, 8, 8);
    }

    @Test
    void bertIsItsEncodersAndItsPooling() {
        Shape words = new Shape(SAMPLES, STEPS);
        // Embeddings are trained, so every product has two gradients.
        assertEquals(counted(ofBert(), 2 * ofBert()), count(bert().build(), words, words, words));
    }

    @Test
    void pretrainingAddsTheScoresOfMaskedWordsAndOfTheNextSentence() {
        Shape words = new Shape(SAMPLES, STEPS);
        long masked = 3;
        double all =
                ofBert()
                        + product(SAMPLES * masked, 8, 8)
                        + product(SAMPLES * masked, 8, 11)
                        + product(SAMPLES, 8, 2);
        assertEquals(
                counted(all, 2 * all),
                count(
                        new BertPretrainingBlock(bert()),
                        words,
                        words,
                        words,
                        new Shape(SAMPLES, masked)));
    }

    @Test
    void convolutionsOfOneAndThreeDimensions() {
        Block one =
                Conv1d.builder()
                        .setKernelShape(new Shape(3))
                        .setFilters(6)
                        .optGroups(2)
                        .optDilation(new Shape(2))
                        .build();
        // 10 - 2 * 2 = 6 positions, each of 6 filters over 4 / 2 channels of 3.
        double forward = 2.0 * SAMPLES * 6 * 6 * (2 * 3);
        assertEquals(counted(forward, forward), count(one, new Shape(SAMPLES, 4, 10)));
        Block three = Conv3d.builder().setKernelShape(new Shape(2, 3, 1)).setFilters(5).build();
        double volume = 2.0 * SAMPLES * 5 * (3 * 4 * 6) * (2 * (2 * 3 * 1));
        assertEquals(counted(volume, volume), count(three, new Shape(SAMPLES, 2, 4, 6, 6)));
    }

    @Test
    void transposedConvolutionsMultiplyEachInputWithTheKernel() {
        Block one = Conv1dTranspose.builder().setKernelShape(new Shape(3)).setFilters(4).build();
        double forward = 2.0 * SAMPLES * 10 * 4 * 3 * 4;
        assertEquals(counted(forward, forward), count(one, new Shape(SAMPLES, 4, 10)));
        Block two =
                Conv2dTranspose.builder()
                        .setKernelShape(new Shape(3, 2))
                        .setFilters(4)
                        .optStride(new Shape(2, 2))
                        .optGroups(2)
                        .build();
        // 5 x 6 positions of 4 channels, each with the 2 filters of its group.
        double grouped = 2.0 * SAMPLES * (5 * 6) * 4 * (3 * 2) * 2;
        Block behind = new SequentialBlock().add(linear(6)).add(two);
        double before = product(SAMPLES * 4 * 5, 3, 6);
        assertEquals(
                counted(before + grouped, before + 2 * grouped),
                count(behind, new Shape(SAMPLES, 4, 5, 3)));
    }

    @Test
    void aCollectionOfLinearLayersHasOneForEachRow() {
        Block block = LinearCollection.builder().setUnits(4).build();
        double forward = 3 * product(SAMPLES, 5, 4);
        assertEquals(counted(forward, forward), count(block, new Shape(SAMPLES, 3, 5)));
    }

    @Test
    void whatIsNoProductOfMatricesCountsNothing() {
        SequentialBlock block =
                new SequentialBlock()
                        .add(BatchNorm.builder().optAxis(1).build())
                        .add(GhostBatchNorm.builder().build())
                        .add(LayerNorm.builder().axis(1).build());
        assertEquals(counted(0, 0), count(block, new Shape(SAMPLES, 6)));
        assertEquals(
                counted(0, 0),
                count(
                        new IdEmbedding.Builder().setDictionarySize(9).setEmbeddingSize(4).build(),
                        new Shape(SAMPLES, STEPS)));
        assertEquals(
                counted(0, 0),
                count(Multiplication.builder().setUnits(1).build(), new Shape(SAMPLES, 6)));
    }

    @Test
    void anEmbeddingIsTrainedSoWhatFollowsHasGradients() {
        Block block =
                new SequentialBlock()
                        .add(
                                new IdEmbedding.Builder()
                                        .setDictionarySize(9)
                                        .setEmbeddingSize(4)
                                        .build())
                        .add(linear(3));
        double forward = product(SAMPLES * STEPS, 4, 3);
        assertEquals(counted(forward, 2 * forward), count(block, new Shape(SAMPLES, STEPS)));
    }
}
