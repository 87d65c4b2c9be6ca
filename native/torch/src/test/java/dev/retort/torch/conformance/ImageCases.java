package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.ACCUMULATED;
import static dev.retort.torch.conformance.Tolerance.COMPOSED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Image operations and the boxes of detectors. */
final class ImageCases {
    private ImageCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("image");
        resize(cases);
        pixels(cases);
        random(cases);
        boxes(cases);
        return cases.list();
    }

    /** Heights by widths by three channels of values from 0 to 255. */
    private static NDArray image(Operands in, DataType type, long... shape) {
        SplittableRandom random = in.random();
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256);
        }
        return in.manager().create(values, new Shape(shape)).toType(type, false);
    }

    private static void resize(Cases cases) {
        for (int mode : List.of(0, 1, 2, 3, 4)) {
            for (long[] size : new long[][] {{4, 6}, {9, 3}, {8, 10}}) {
                cases.add(
                        "resize",
                        "mode " + mode + " to " + size[0] + " by " + size[1],
                        COMPOSED,
                        in ->
                                image(in, DataType.FLOAT32, 8, 10, 3)
                                        .getNDArrayInternal()
                                        .resize((int) size[1], (int) size[0], mode));
            }
            cases.add(
                    "resize",
                    "mode " + mode + " batch",
                    COMPOSED,
                    in ->
                            image(in, DataType.FLOAT32, 2, 8, 10, 3)
                                    .getNDArrayInternal()
                                    .resize(5, 4, mode));
            for (boolean corners : new boolean[] {false, true}) {
                cases.add(
                        "interpolation",
                        "mode " + mode + " corners " + corners,
                        COMPOSED,
                        in ->
                                in.floats(2, 3, 4, 5)
                                        .getNDArrayInternal()
                                        .interpolation(new long[] {7, 3}, mode, corners));
            }
        }
        cases.add(
                "interpolation",
                "1-D nearest",
                COMPOSED,
                in ->
                        in.floats(2, 3, 8)
                                .getNDArrayInternal()
                                .interpolation(new long[] {5}, 0, false));
        cases.add(
                "interpolation",
                "3-D area",
                COMPOSED,
                in ->
                        in.floats(1, 2, 4, 4, 4)
                                .getNDArrayInternal()
                                .interpolation(new long[] {2, 3, 2}, 2, false));
        cases.add(
                "interpolation",
                "rank differs",
                EXACT,
                in ->
                        in.floats(2, 3, 8)
                                .getNDArrayInternal()
                                .interpolation(new long[] {5, 5}, 0, false));
        cases.add(
                "resize",
                "bytes nearest",
                EXACT,
                in -> image(in, DataType.UINT8, 8, 10, 3).getNDArrayInternal().resize(5, 4, 0));
        cases.add(
                "resize",
                "empty",
                EXACT,
                in -> in.floats(0, 4, 3).getNDArrayInternal().resize(5, 4, 1));
        cases.add(
                "resize",
                "to nothing",
                EXACT,
                in -> in.floats(4, 4, 3).getNDArrayInternal().resize(0, 4, 1));
    }

    private static void pixels(Cases cases) {
        for (DataType type :
                List.of(DataType.UINT8, DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
            cases.add(
                    "toTensor",
                    type.toString(),
                    ACCUMULATED,
                    in -> image(in, type, 4, 5, 3).getNDArrayInternal().toTensor());
            cases.add(
                    "toTensor",
                    type + " batch",
                    ACCUMULATED,
                    in -> image(in, type, 2, 4, 5, 3).getNDArrayInternal().toTensor());
            cases.add(
                    "crop",
                    type.toString(),
                    EXACT,
                    in -> image(in, type, 6, 7, 3).getNDArrayInternal().crop(1, 2, 4, 3));
        }
        cases.add(
                "crop",
                "batch",
                EXACT,
                in -> in.floats(2, 6, 7, 3).getNDArrayInternal().crop(1, 2, 4, 3));
        cases.add(
                "crop",
                "beyond",
                EXACT,
                in -> in.floats(6, 7, 3).getNDArrayInternal().crop(5, 4, 9, 9));
        float[] mean = {0.4f, 0.5f, 0.6f};
        float[] deviation = {0.2f, 0.3f, 0.25f};
        cases.add(
                "normalize",
                "image",
                ACCUMULATED,
                in -> in.floats(3, 4, 5).getNDArrayInternal().normalize(mean, deviation));
        cases.add(
                "normalize",
                "batch",
                ACCUMULATED,
                in -> in.floats(2, 3, 4, 5).getNDArrayInternal().normalize(mean, deviation));
        cases.add(
                "normalize",
                "channels differ",
                EXACT,
                in -> in.floats(4, 4, 5).getNDArrayInternal().normalize(mean, deviation));
    }

    private static void random(Cases cases) {
        cases.add(
                "randomFlipLeftRight",
                "shape",
                EXACT,
                in ->
                        image(in, DataType.FLOAT32, 4, 5, 3)
                                .getNDArrayInternal()
                                .randomFlipLeftRight()
                                .getShape());
        cases.add(
                "randomFlipTopBottom",
                "shape",
                EXACT,
                in ->
                        image(in, DataType.FLOAT32, 4, 5, 3)
                                .getNDArrayInternal()
                                .randomFlipTopBottom()
                                .getShape());
        cases.add(
                "randomBrightness",
                "shape",
                EXACT,
                in ->
                        image(in, DataType.FLOAT32, 4, 5, 3)
                                .getNDArrayInternal()
                                .randomBrightness(0.5f)
                                .getShape());
        cases.add(
                "randomHue",
                "shape",
                EXACT,
                in ->
                        image(in, DataType.FLOAT32, 4, 5, 3)
                                .getNDArrayInternal()
                                .randomHue(0.5f)
                                .getShape());
        cases.add(
                "randomColorJitter",
                "shape",
                EXACT,
                in ->
                        image(in, DataType.FLOAT32, 4, 5, 3)
                                .getNDArrayInternal()
                                .randomColorJitter(0.5f, 0.5f, 0.5f, 0.5f)
                                .getShape());
    }

    private static void boxes(Cases cases) {
        for (boolean clip : new boolean[] {false, true}) {
            cases.add(
                    "multiBoxPrior",
                    "clip " + clip,
                    ACCUMULATED,
                    in ->
                            in.floats(1, 2, 3, 3)
                                    .getNDArrayInternal()
                                    .multiBoxPrior(
                                            new ArrayList<>(List.of(0.4f, 0.6f)),
                                            new ArrayList<>(List.of(1f, 2f, 0.5f)),
                                            new ArrayList<>(List.of(-1f, -1f)),
                                            new ArrayList<>(List.of(0.5f, 0.5f)),
                                            clip));
            cases.add(
                    "multiBoxDetection",
                    "clip " + clip,
                    COMPOSED,
                    in -> {
                        NDArray anchors = anchors(in);
                        NDArray probabilities = in.distinct(DataType.FLOAT32, 1, 3, 8).softmax(1);
                        NDArray offsets = in.array(DataType.FLOAT32, Domain.UNIT, new Shape(1, 32));
                        return probabilities
                                .getNDArrayInternal()
                                .multiBoxDetection(
                                        new NDList(probabilities, offsets, anchors),
                                        clip,
                                        0.01f,
                                        0,
                                        0.5f,
                                        false,
                                        -1);
                    });
        }
        cases.add(
                "multiBoxTarget",
                "two objects",
                COMPOSED,
                in -> {
                    NDArray labels =
                            in.manager()
                                    .create(
                                            new float[] {
                                                0, 0.1f, 0.1f, 0.4f, 0.5f, 1, 0.5f, 0.4f, 0.9f, 0.9f
                                            },
                                            new Shape(1, 2, 5));
                    NDArray predictions = in.floats(1, 3, 8);
                    return labels.getNDArrayInternal()
                            .multiBoxTarget(
                                    new NDList(anchors(in), labels, predictions),
                                    0.5f,
                                    0,
                                    -1,
                                    0.5f,
                                    0);
                });
    }

    private static NDArray anchors(Operands in) {
        float[] corners = new float[32];
        for (int i = 0; i < 8; i++) {
            float x = (i % 4) * 0.2f;
            float y = i < 4 ? 0 : 0.4f;
            corners[4 * i] = x;
            corners[4 * i + 1] = y;
            corners[4 * i + 2] = x + 0.35f;
            corners[4 * i + 3] = y + 0.45f;
        }
        return in.manager().create(corners, new Shape(1, 8, 4));
    }
}
