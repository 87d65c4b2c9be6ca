package dev.retort.distill.export;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;

import dev.retort.distill.BranchSum;
import dev.retort.distill.export.OnnxGraph.Attribute;
import dev.retort.distill.fingerprint.BlockSettings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes blocks of DJL as operators of ONNX. */
final class OnnxBlocks {
    private static final int LEVELS = 127;

    private final OnnxGraph graph;
    private final WeightType weights;

    OnnxBlocks(OnnxGraph graph, WeightType weights) {
        this.graph = graph;
        this.weights = weights;
    }

    /**
     * Adds a block.
     *
     * @param input the name of its input
     * @return the name of its output
     * @throws ExportException if it is of a kind that cannot be written
     */
    String add(Block block, String input) {
        return switch (block) {
            case SequentialBlock sequence when sequence.getClass() == SequentialBlock.class -> {
                String value = input;
                for (Block child : sequence.getChildren().values()) {
                    value = add(child, value);
                }
                yield value;
            }
            case BranchSum sum -> {
                List<String> branches =
                        sum.getChildren().values().stream()
                                .map(child -> add(child, input))
                                .toList();
                yield graph.node("Sum", branches);
            }
            case Linear linear -> linear(linear, input);
            case Conv2d convolution -> convolution(convolution, input);
            case BatchNorm norm -> batchNorm(norm, input);
            case Dropout _ -> input;
            case LambdaBlock lambda -> lambda(lambda, input);
            default -> throw unknown(block.getClass().getName());
        };
    }

    private static ExportException unknown(String block) {
        return new ExportException(
                "expected blocks that can be written as ONNX (Linear, Conv2d, BatchNorm, Dropout,"
                        + " BranchSum, sequences of them, activations and pooling), found "
                        + block);
    }

    private String linear(Linear linear, String input) {
        Parameter weight = parameter(linear, "weight");
        List<String> inputs = new ArrayList<>(List.of(input, weight("weight", weight)));
        if (has(linear, "bias")) {
            inputs.add(constant("bias", parameter(linear, "bias")));
        }
        return graph.node("Gemm", inputs, new Attribute.Int("transB", 1));
    }

    private String convolution(Conv2d convolution, String input) {
        List<String> inputs =
                new ArrayList<>(List.of(input, weight("weight", parameter(convolution, "weight"))));
        if (has(convolution, "bias")) {
            inputs.add(constant("bias", parameter(convolution, "bias")));
        }
        return graph.node(
                "Conv",
                inputs,
                new Attribute.Ints("kernel_shape", convolution.getKernelShape().getShape()),
                new Attribute.Ints("strides", convolution.getStride().getShape()),
                new Attribute.Ints("pads", bothSides(convolution.getPadding())),
                new Attribute.Ints("dilations", convolution.getDilation().getShape()),
                new Attribute.Int("group", convolution.getGroups()));
    }

    private String batchNorm(BatchNorm norm, String input) {
        List<String> inputs = new ArrayList<>(List.of(input));
        for (String name : List.of("gamma", "beta", "runningMean", "runningVar")) {
            inputs.add(constant(name, parameter(norm, name)));
        }
        float epsilon =
                BlockSettings.values(norm).stream()
                        .filter(setting -> setting.name().equals("epsilon"))
                        .map(setting -> ((Number) setting.value()).floatValue())
                        .findFirst()
                        .orElseThrow(() -> unknown("a BatchNorm whose epsilon cannot be read"));
        return graph.node("BatchNormalization", inputs, new Attribute.Real("epsilon", epsilon));
    }

    private String lambda(LambdaBlock lambda, String input) {
        return switch (lambda.getName()) {
            case "identity" -> input;
            case "batchFlatten" -> graph.node("Flatten", List.of(input));
            case "ReLU" -> graph.node("Relu", List.of(input));
            case "sigmoid" -> graph.node("Sigmoid", List.of(input));
            case "Tanh" -> graph.node("Tanh", List.of(input));
            case "maxPool2d" -> maxPool(lambda, input);
            case "globalAvgPool2d" ->
                    // DJL's has no axes of length 1 left.
                    graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(input))));
            case String name -> throw unknown("the function " + name);
        };
    }

    /** Its function captured kernel, stride and padding, and whether sizes are rounded up. */
    private String maxPool(LambdaBlock lambda, String input) {
        List<Shape> shapes = new ArrayList<>();
        boolean ceiling = false;
        for (BlockSettings.Setting setting : BlockSettings.values(lambda)) {
            switch (setting.value()) {
                case Shape shape -> shapes.add(shape);
                case Boolean rounded -> ceiling = rounded;
                default -> {}
            }
        }
        if (shapes.size() != 3) {
            throw unknown("a maxPool2d whose settings cannot be read");
        }
        return graph.node(
                "MaxPool",
                List.of(input),
                new Attribute.Ints("kernel_shape", shapes.get(0).getShape()),
                new Attribute.Ints("strides", shapes.get(1).getShape()),
                new Attribute.Ints("pads", bothSides(shapes.get(2))),
                new Attribute.Int("ceil_mode", ceiling ? 1 : 0));
    }

    private static long[] bothSides(Shape padding) {
        long height = padding.get(0);
        long width = padding.get(1);
        return new long[] {height, width, height, width};
    }

    private String constant(String kind, Parameter parameter) {
        return graph.constant(
                kind,
                parameter.getArray().toFloatArray(),
                parameter.getArray().getShape().getShape());
    }

    /** The first axis counts the output channels. */
    private String weight(String kind, Parameter parameter) {
        if (weights == WeightType.FP32) {
            return constant(kind, parameter);
        }
        float[] values = parameter.getArray().toFloatArray();
        long[] shape = parameter.getArray().getShape().getShape();
        int channels = Math.toIntExact(shape[0]);
        int length = values.length / channels;
        float[] scales = new float[channels];
        byte[] zeros = new byte[channels];
        byte[] quantised = new byte[values.length];
        for (int c = 0; c < channels; c++) {
            float largest = 0;
            for (int i = c * length; i < (c + 1) * length; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
            scales[c] = largest == 0 ? 1 : largest / LEVELS;
            for (int i = c * length; i < (c + 1) * length; i++) {
                quantised[i] = (byte) Math.round(values[i] / scales[c]);
            }
        }
        return graph.node(
                "DequantizeLinear",
                List.of(
                        graph.constant(kind, quantised, shape),
                        graph.constant("scale", scales, channels),
                        graph.constant("zero", zeros, channels)),
                new Attribute.Int("axis", 0));
    }

    private static boolean has(Block block, String name) {
        return block.getDirectParameters().contains(name)
                && block.getDirectParameters().get(name).isInitialized();
    }

    private static Parameter parameter(Block block, String name) {
        if (!has(block, name)) {
            throw new ExportException(
                    String.format(
                            Locale.ROOT,
                            "expected the parameter %s of %s, found none: an export needs a model"
                                    + " that was initialised",
                            name,
                            block.getClass().getSimpleName()));
        }
        return block.getDirectParameters().get(name);
    }
}
