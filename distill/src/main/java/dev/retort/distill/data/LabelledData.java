package dev.retort.distill.data;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Samples with one class label each, held on the heap as unsigned bytes. Immutable and safe to
 * share between threads.
 */
public final class LabelledData {
    /** The label of a sample whose class is not known to the training. */
    public static final int UNLABELLED = -1;

    private final byte[] features;
    private final float maximum;
    private final Shape sampleShape;
    private final int[] labels;
    private final int classes;

    /**
     * Takes ownership of the arrays.
     *
     * @param features the samples one after another, row-major, each byte unsigned
     * @param maximum the byte value that becomes 1.0 on a device
     * @param sampleShape the shape of one sample, without the batch axis
     * @param labels the class of each sample, from 0, or {@link #UNLABELLED}
     * @param classes the number of classes
     * @throws DataException if the sizes disagree, there is no sample, a label is out of range, or
     *     the maximum is not above 0
     */
    public LabelledData(
            byte[] features, float maximum, Shape sampleShape, int[] labels, int classes) {
        this.features = requireNonNull(features, "features is null");
        this.maximum = maximum;
        this.sampleShape = requireNonNull(sampleShape, "sampleShape is null");
        this.labels = requireNonNull(labels, "labels is null");
        this.classes = classes;
        if (labels.length == 0) {
            throw new DataException("expected at least one sample, found none");
        }
        if (!(maximum > 0 && Float.isFinite(maximum))) {
            // Each value is divided by it and would be no number.
            throw new DataException(
                    "expected a finite value above 0 that becomes 1, found " + maximum);
        }
        if (features.length != labels.length * sampleShape.size()) {
            throw new DataException(
                    "expected %d bytes for %d samples of shape %s, found %d"
                            .formatted(
                                    labels.length * sampleShape.size(),
                                    labels.length,
                                    sampleShape,
                                    features.length));
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < UNLABELLED || labels[i] >= classes) {
                throw new DataException(
                        "expected labels from 0 to %d, found %d at sample %d"
                                .formatted(classes - 1, labels[i], i));
            }
        }
    }

    /**
     * The number of samples.
     *
     * @return at least 1
     */
    public int size() {
        return labels.length;
    }

    /**
     * The number of classes.
     *
     * @return the number of classes
     */
    public int classes() {
        return classes;
    }

    /**
     * The shape of one sample, without the batch axis.
     *
     * @return the shape
     */
    public Shape sampleShape() {
        return sampleShape;
    }

    /**
     * The class of one sample.
     *
     * @param index the sample
     * @return the class from 0, or {@link #UNLABELLED}
     */
    public int label(int index) {
        return labels[index];
    }

    /**
     * Refuses samples that cannot be judged by.
     *
     * @param what what they are, for the message
     * @throws DataException if a sample has no label
     */
    public void requireLabels(String what) {
        int[] missing = IntStream.range(0, size()).filter(i -> labels[i] == UNLABELLED).toArray();
        if (missing.length > 0) {
            throw new DataException(
                    "expected a label for each of the %d %s, found none for %d of them, sample %d the first"
                            .formatted(size(), what, missing.length, missing[0]));
        }
    }

    /**
     * A hash over the samples, their labels and their shape.
     *
     * @return 64 hexadecimal digits
     */
    public String sha256() {
        return sha256(List.of(this));
    }

    /** The same over several, one after the other. */
    static String sha256(List<LabelledData> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            parts.forEach(part -> part.update(digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private void update(MessageDigest digest) {
        String form = "%s %s %d;".formatted(sampleShape, maximum, classes);
        digest.update(form.getBytes(StandardCharsets.UTF_8));
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * labels.length);
        bytes.asIntBuffer().put(labels);
        digest.update(bytes);
        digest.update(features);
    }

    /**
     * The samples at the given positions, in that order.
     *
     * @param indices positions in this data set
     * @return a new data set that shares nothing with this one
     */
    public LabelledData select(int[] indices) {
        int length = Math.toIntExact(sampleShape.size());
        byte[] chosen = new byte[indices.length * length];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(features, indices[i] * length, chosen, i * length, length);
            chosenLabels[i] = labels[indices[i]];
        }
        return new LabelledData(chosen, maximum, sampleShape, chosenLabels, classes);
    }

    /**
     * The same samples with the label kept at the given positions only.
     *
     * @param kept positions whose label stays; every other sample becomes {@link #UNLABELLED}
     * @return a new data set that shares the samples with this one
     */
    public LabelledData keepLabels(int[] kept) {
        int[] masked = new int[labels.length];
        Arrays.fill(masked, UNLABELLED);
        for (int index : kept) {
            masked[index] = labels[index];
        }
        return new LabelledData(features, maximum, sampleShape, masked, classes);
    }

    /**
     * How a sample becomes the input of a network, for whoever serves one.
     *
     * @return a few words with its shape, and with what its bytes are divided by
     */
    public String inputWords() {
        String divisor =
                maximum == Math.rint(maximum)
                        ? Long.toString((long) maximum)
                        : Float.toString(maximum);
        return "float32 of shape (batch, %s); each value from 0 to %s of the data divided by %s"
                .formatted(
                        Arrays.stream(sampleShape.getShape())
                                .mapToObj(Long::toString)
                                .collect(Collectors.joining(", ")),
                        divisor,
                        divisor);
    }

    /**
     * Puts the samples on the manager's device.
     *
     * @param manager owns the result
     * @return {@code FLOAT32} of shape (size, sample shape), every value from 0 to 1
     */
    public NDArray features(NDManager manager) {
        Shape shape = new Shape(size()).addAll(sampleShape);
        try (NDArray bytes = manager.create(ByteBuffer.wrap(features), shape, DataType.UINT8)) {
            NDArray values = bytes.toType(DataType.FLOAT32, true);
            values.divi(maximum);
            return values;
        }
    }

    /**
     * Puts the labels on the manager's device.
     *
     * @param manager owns the result
     * @return {@code INT64} of shape (size)
     */
    public NDArray labels(NDManager manager) {
        return manager.create(Arrays.stream(labels).asLongStream().toArray());
    }
}
