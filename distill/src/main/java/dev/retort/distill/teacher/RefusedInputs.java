package dev.retort.distill.teacher;

import ai.djl.ndarray.NDList;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says which inputs a model wanted that refused others. */
final class RefusedInputs {
    // As ONNX Runtime 1.21 has them.
    private static final Pattern OTHER_RANK =
            Pattern.compile("Invalid rank for input.*Expected: (\\d+)");
    private static final Pattern OTHER_LENGTH =
            Pattern.compile("index: (\\d+) Got: \\d+ Expected: (\\d+)");

    private RefusedInputs() {}

    /** One sentence. */
    static TeacherException of(NDList inputs, String model, RuntimeException cause) {
        String found = Arrays.toString(inputs.getShapes());
        String said = String.valueOf(cause.getMessage());
        return new TeacherException(
                wanted(said)
                        .map(
                                wanted ->
                                        "expected inputs of %s for %s, found %s"
                                                .formatted(wanted, model, found))
                        .orElseGet(
                                () ->
                                        "expected inputs that %s takes, found %s: %s"
                                                .formatted(
                                                        model,
                                                        found,
                                                        ModelTeacher.firstLine(cause))),
                cause);
    }

    /** What ONNX Runtime says that it wants; DJL does not know the shapes of its inputs. */
    private static Optional<String> wanted(String said) {
        Matcher axes = OTHER_RANK.matcher(said);
        if (axes.find()) {
            return Optional.of(axes.group(1) + " axes");
        }
        String lengths =
                OTHER_LENGTH
                        .matcher(said)
                        .results()
                        .map(axis -> "%s on axis %s".formatted(axis.group(2), axis.group(1)))
                        .collect(Collectors.joining(" and "));
        return lengths.isEmpty() ? Optional.empty() : Optional.of("length " + lengths);
    }
}
