package dev.retort.distill.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

/** Both mixers against loops over the formulas in float64, one sequence. */
@Tag("engines")
class NaiveMixersTest {
    private static final int LENGTH = 6;
    private static final int WIDTH = 4;

    private final NDManager manager = NDManager.newBaseManager();
    private final double[][] x = rows(new Numbers(manager, 3).normal(LENGTH, WIDTH));

    @AfterEach
    void close() {
        manager.close();
    }

    private double[] forward(SequenceMixer mixer) {
        manager.getEngine().setRandomSeed(4);
        mixer.initialize(manager, DataType.FLOAT64, new Shape(1, LENGTH, WIDTH));
        NDArray input = manager.create(flat(x), new Shape(1, LENGTH, WIDTH));
        return mixer.forward(new ParameterStore(manager, false), new NDList(input), false)
                .head()
                .toDoubleArray();
    }

    @Test
    void attentionIsTheSoftmaxOverEarlierPositions() {
        CausalAttention attention = new CausalAttention(WIDTH, 2, AttentionKernel.COMPOSED);
        double[] found = forward(attention);
        double[][] qkv = times(x, weights(attention, "qkv"));
        double[][] attended = new double[LENGTH][WIDTH];
        int headSize = WIDTH / 2;
        for (int head = 0; head < 2; head++) {
            for (int t = 0; t < LENGTH; t++) {
                double[] weight = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < headSize; i++) {
                        int at = head * headSize + i;
                        score += qkv[t][at] * qkv[s][WIDTH + at];
                    }
                    weight[s] = Math.exp(score / Math.sqrt(headSize));
                    sum += weight[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < headSize; i++) {
                        int at = head * headSize + i;
                        attended[t][at] += weight[s] / sum * qkv[s][2 * WIDTH + at];
                    }
                }
            }
        }
        assertArrayEquals(flat(times(attended, weights(attention, "output"))), found, 1e-12);
    }

    @Test
    void theStateSpaceIsMambasBlock() {
        int size = 3;
        int channels = 2 * WIDTH;
        SelectiveStateSpace block = new SelectiveStateSpace(WIDTH, size, 4);
        double[] found = forward(block);
        double[][] projected = times(x, weights(block, "input"));
        double[][] taps = rows(block.getDirectParameters().get("taps").getArray());
        double[][] u = new double[LENGTH][channels];
        for (int t = 0; t < LENGTH; t++) {
            for (int e = 0; e < channels; e++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    int s = t - 3 + k;
                    sum += s < 0 ? 0 : taps[k][e] * projected[s][e];
                }
                u[t][e] = silu(sum);
            }
        }
        double[][] selected = times(u, weights(block, "selection"));
        double[][] logDecay = rows(block.getDirectParameters().get("logDecay").getArray());
        double[] bias =
                child(block, "delta").getDirectParameters().get("bias").getArray().toDoubleArray();
        double[][] deltaWeights = weights(block, "delta");
        double[] skip = block.getDirectParameters().get("skip").getArray().toDoubleArray();
        double[][] h = new double[channels][size];
        double[][] gated = new double[LENGTH][channels];
        for (int t = 0; t < LENGTH; t++) {
            for (int e = 0; e < channels; e++) {
                double delta = Math.log1p(Math.exp(selected[t][0] * deltaWeights[e][0] + bias[e]));
                double y = skip[e] * u[t][e];
                for (int n = 0; n < size; n++) {
                    double a = -Math.exp(logDecay[e][n]);
                    h[e][n] = Math.exp(delta * a) * h[e][n] + delta * selected[t][1 + n] * u[t][e];
                    y += selected[t][1 + size + n] * h[e][n];
                }
                gated[t][e] = y * silu(projected[t][channels + e]);
            }
        }
        // Weights and decays were made in float32, the function exp is the engine's.
        assertArrayEquals(flat(times(gated, weights(block, "output"))), found, 1e-12);
    }

    private static double silu(double value) {
        return value / (1 + Math.exp(-value));
    }

    private static Block child(Block block, String name) {
        return block.getChildren().stream()
                .filter(pair -> pair.getKey().endsWith(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** The weights of a linear layer, a row for each output. */
    private static double[][] weights(Block block, String name) {
        return rows(child(block, name).getDirectParameters().get("weight").getArray());
    }

    private static double[][] times(double[][] inputs, double[][] weights) {
        double[][] outputs = new double[inputs.length][weights.length];
        for (int t = 0; t < inputs.length; t++) {
            for (int o = 0; o < weights.length; o++) {
                for (int i = 0; i < inputs[t].length; i++) {
                    outputs[t][o] += weights[o][i] * inputs[t][i];
                }
            }
        }
        return outputs;
    }

    private static double[][] rows(NDArray matrix) {
        int columns = (int) matrix.size(1);
        double[] values = matrix.toDoubleArray();
        double[][] rows = new double[(int) matrix.size(0)][columns];
        for (int i = 0; i < values.length; i++) {
            rows[i / columns][i % columns] = values[i];
        }
        return rows;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
