package dev.retort.torch.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Compares the outcomes of a case on two engines. */
final class Comparison {
    private static final int SHOWN = 160;

    private Comparison() {}

    /** What is different, in one sentence, or nothing. */
    static Optional<String> difference(Case of, Outcome expected, Outcome actual) {
        if (expected instanceof Outcome.Values(List<Outcome.Value> left)
                && actual instanceof Outcome.Values(List<Outcome.Value> right)) {
            return values(of.tolerance(), left, right);
        }
        if (expected instanceof Outcome.Failure(String left, _)
                && actual instanceof Outcome.Failure(String right, _)
                && left.equals(right)) {
            return Optional.empty();
        }
        return Optional.of("expected " + describe(expected) + ", found " + describe(actual));
    }

    private static Optional<String> values(
            Tolerance tolerance, List<Outcome.Value> expected, List<Outcome.Value> actual) {
        if (expected.size() != actual.size()) {
            return Optional.of("expected " + expected.size() + " values, found " + actual.size());
        }
        for (int i = 0; i < expected.size(); i++) {
            Outcome.Value left = expected.get(i);
            Outcome.Value right = actual.get(i);
            if (!left.equals(right) && !close(tolerance, left, right)) {
                return Optional.of(
                        "value "
                                + i
                                + ": expected "
                                + describe(left)
                                + ", found "
                                + describe(right));
            }
        }
        return Optional.empty();
    }

    private static boolean close(Tolerance tolerance, Outcome.Value left, Outcome.Value right) {
        if (!(left instanceof TensorValue expected)
                || !(right instanceof TensorValue actual)
                || expected.type() != actual.type()
                || !expected.shape().equals(actual.shape())
                || !expected.isFloating()) {
            return false;
        }
        double[] e = expected.elements();
        double[] a = actual.elements();
        double scale = Arrays.stream(e).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        for (int i = 0; i < e.length; i++) {
            if (!tolerance.equal(e[i], a[i], scale, expected.type())) {
                return false;
            }
        }
        return true;
    }

    private static String describe(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Values(List<Outcome.Value> values) ->
                    values.isEmpty() ? "no value" : describe(values.getFirst());
            case Outcome.Failure(String type, String message) -> shorten(type + ": " + message);
            case Outcome.Crash() -> "the end of the process";
        };
    }

    private static String describe(Outcome.Value value) {
        return switch (value) {
            case TensorValue tensor ->
                    tensor.type()
                            + tensor.shape()
                            + shorten(
                                    tensor.isFloating()
                                            ? Arrays.toString(tensor.elements())
                                            : tensor.bits());
            case Outcome.TextValue(String text) -> shorten(text);
        };
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
