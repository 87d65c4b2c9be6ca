package dev.retort.distill.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * An ONNX model that is being written: nodes in the order of their work, and constants. The numbers
 * of the fields are those of {@code onnx.proto}, version 3; operators are those of version 13.
 */
final class OnnxGraph {
    static final String INPUT = "input";
    static final String OUTPUT = "logits";

    private static final int IR_VERSION = 7;
    private static final int OPERATORS = 13;
    private static final int FLOAT = 1;
    private static final int INT8 = 3;

    private final ProtoBytes graph = new ProtoBytes();
    private int names;

    /** A name that nothing else has. */
    String fresh(String kind) {
        return kind + "_" + names++;
    }

    /** A number or a list of them, by name, as a node has it. */
    sealed interface Attribute {
        String name();

        /** An integer. */
        record Int(String name, long value) implements Attribute {}

        /** Integers. */
        record Ints(String name, List<Long> values) implements Attribute {
            Ints(String name, long... values) {
                this(name, Arrays.stream(values).boxed().toList());
            }
        }

        /** A real number. */
        record Real(String name, float value) implements Attribute {}
    }

    /** Adds a node with one output and returns the name of that. */
    String node(String operator, List<String> inputs, Attribute... attributes) {
        return node(operator, inputs, fresh(operator), attributes);
    }

    private String node(
            String operator, List<String> inputs, String output, Attribute... attributes) {
        ProtoBytes node = new ProtoBytes();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(3, output).text(4, operator);
        for (Attribute attribute : attributes) {
            node.message(5, attribute(attribute));
        }
        graph.message(1, node);
        return output;
    }

    private static ProtoBytes attribute(Attribute attribute) {
        ProtoBytes message = new ProtoBytes().text(1, attribute.name());
        return switch (attribute) {
            case Attribute.Int(String _, long value) -> message.number(3, value).number(20, 2);
            case Attribute.Real(String _, float value) -> message.real(2, value).number(20, 1);
            case Attribute.Ints(String _, List<Long> values) -> {
                for (long value : values) {
                    message.number(8, value);
                }
                yield message.number(20, 7);
            }
        };
    }

    /** Adds a constant and returns its name. */
    String constant(String kind, float[] values, long... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(kind, FLOAT, bytes.array(), shape);
    }

    /** Adds a constant of 8-bit integers and returns its name. */
    String constant(String kind, byte[] values, long... shape) {
        return constant(kind, INT8, values, shape);
    }

    private String constant(String kind, int type, byte[] values, long... shape) {
        ProtoBytes tensor = new ProtoBytes();
        for (long length : shape) {
            tensor.number(1, length);
        }
        String name = fresh(kind);
        graph.message(5, tensor.number(2, type).text(8, name).raw(9, values));
        return name;
    }

    /**
     * The whole model, whose output is the given value.
     *
     * @param sampleShape the shape of a sample, without the batch axis
     * @param classes the number of classes
     * @param metadata what the model says beside that
     */
    byte[] model(
            String last, long[] sampleShape, long classes, SortedMap<String, String> metadata) {
        node("Identity", List.of(last), OUTPUT);
        graph.text(2, "retort");
        graph.message(11, value(INPUT, sampleShape));
        graph.message(12, value(OUTPUT, classes));
        ProtoBytes model =
                new ProtoBytes()
                        .number(1, IR_VERSION)
                        .text(2, "retort")
                        .message(7, graph)
                        .message(8, new ProtoBytes().text(1, "").number(2, OPERATORS));
        metadata.forEach(
                (key, value) -> model.message(14, new ProtoBytes().text(1, key).text(2, value)));
        return model.toByteArray();
    }

    /** A value whose first axis is as long as the batch. */
    private static ProtoBytes value(String name, long... shape) {
        ProtoBytes axes = new ProtoBytes().message(1, new ProtoBytes().text(2, "batch"));
        for (long length : shape) {
            axes.message(1, new ProtoBytes().number(1, length));
        }
        ProtoBytes tensor = new ProtoBytes().number(1, FLOAT).message(2, axes);
        return new ProtoBytes().text(1, name).message(2, new ProtoBytes().message(1, tensor));
    }
}
