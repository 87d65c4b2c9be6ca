package dev.retort.torch.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** What a case led to on one engine. */
sealed interface Outcome {

    /** The case returned. */
    record Values(List<Value> values) implements Outcome {}

    /**
     * The case threw.
     *
     * @param type the class of the exception
     * @param message for people; not compared
     */
    record Failure(String type, String message) implements Outcome {}

    /** The process ended while it ran the case. */
    record Crash() implements Outcome {}

    /** One returned value: a tensor, or text. */
    sealed interface Value permits TensorValue, TextValue {}

    /** Text that must be the same on every engine. */
    record TextValue(String text) implements Value {}

    /** Takes apart what a case returned. */
    static Outcome of(@Nullable Object result) {
        List<Value> values = new ArrayList<>();
        collect(result, values);
        return new Values(values);
    }

    private static void collect(@Nullable Object result, List<Value> values) {
        switch (result) {
            case NDArray array -> values.add(TensorValue.of(array));
            case NDList list -> list.forEach(array -> collect(array, values));
            case Iterable<?> many -> many.forEach(one -> collect(one, values));
            case null -> values.add(new TextValue("null"));
            default -> values.add(new TextValue(text(result)));
        }
    }

    private static String text(Object result) {
        if (!result.getClass().isArray()) {
            return String.valueOf(result);
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < Array.getLength(result); i++) {
            text.append(i == 0 ? "" : ", ").append(Array.get(result, i));
        }
        return text.append(']').toString();
    }
}
