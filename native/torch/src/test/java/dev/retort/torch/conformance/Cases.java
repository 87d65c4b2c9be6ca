package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects the cases of one group. */
final class Cases {
    /** The types an operand can have on both engines. */
    static final List<DataType> TYPES =
            List.of(
                    DataType.FLOAT32,
                    DataType.FLOAT64,
                    DataType.FLOAT16,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.INT8,
                    DataType.UINT8,
                    DataType.BOOLEAN);

    private final String group;
    private final List<Case> cases = new ArrayList<>();

    Cases(String group) {
        this.group = group;
    }

    void add(String operation, String variant, Tolerance tolerance, Case.Body body) {
        cases.add(new Case(group + "/" + operation + "/" + variant, tolerance, body));
    }

    /** A function of one array over all types, all layouts, and all special values. */
    void unary(String operation, Tolerance tolerance, UnaryOperator<NDArray> function) {
        for (DataType type : TYPES) {
            add(
                    operation,
                    type + "/PLAIN",
                    tolerance,
                    in -> function.apply(in.array(type, Domain.PLAIN, Layout.MATRIX)));
            add(
                    operation,
                    type + "/SPECIAL",
                    tolerance,
                    in -> function.apply(in.array(type, Domain.SPECIAL, Layout.CUBE)));
        }
        for (Layout layout : Layout.values()) {
            add(
                    operation,
                    "FLOAT32/" + layout,
                    tolerance,
                    in -> function.apply(in.array(DataType.FLOAT32, Domain.PLAIN, layout)));
        }
        for (Layout layout : List.of(Layout.TRANSPOSED, Layout.EMPTY, Layout.SCALAR)) {
            add(
                    operation,
                    "INT64/" + layout,
                    tolerance,
                    in -> function.apply(in.array(DataType.INT64, Domain.PLAIN, layout)));
        }
    }

    List<Case> list() {
        return List.copyOf(cases);
    }
}
