package dev.retort.distill.export;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes models of DJL's blocks as ONNX, and compares what ONNX Runtime makes of the file with the
 * model. The file takes {@code input}, {@code FLOAT32} of shape (batch, sample shape), and gives
 * {@code logits} of shape (batch, classes).
 */
public final class OnnxExport {
    /** The largest relative difference of a logit that the order of additions explains. */
    public static final double TOLERANCE = 1e-4;

    /** The most accuracy that 8-bit weights may lose: one point. */
    public static final double LOSS_ALLOWED = 0.01;

    private static final int BATCH = 256;

    private OnnxExport() {}

    /**
     * Exports a model.
     *
     * @param model the model, its block initialised; stays as it is
     * @param data samples on which the file is compared with it, such as the validation samples
     * @param weights how the weights are stored
     * @param file the file, which ends in {@code .onnx}; replaced at once, or left as it was
     * @return the comparison
     * @throws IOException if the file cannot be written
     * @throws ExportException if a block cannot be written; or the file differs from the model by
     *     more than {@link #TOLERANCE}, relative to the largest logit, or with 8-bit weights loses
     *     more accuracy than {@link #LOSS_ALLOWED}; then what was there stays
     */
    public static Parity write(Model model, LabelledData data, WeightType weights, Path file)
            throws IOException {
        return write(model, data, weights, file, Map.of());
    }

    /**
     * Exports a model with metadata.
     *
     * @param model the model, its block initialised; stays as it is
     * @param data samples on which the file is compared with it
     * @param weights how the weights are stored
     * @param file the file, which ends in {@code .onnx}; replaced at once, or left as it was
     * @param metadata what the file says beside the model, such as {@link
     *     dev.retort.distill.recipe.ModelRecipe#metadata}
     * @return the comparison
     * @throws IOException if the file cannot be written
     * @throws ExportException as without metadata
     */
    public static Parity write(
            Model model,
            LabelledData data,
            WeightType weights,
            Path file,
            Map<String, String> metadata)
            throws IOException {
        Shape sample = data.sampleShape();
        OnnxGraph graph = new OnnxGraph();
        String last = new OnnxBlocks(graph, weights).add(model.getBlock(), OnnxGraph.INPUT);
        // Compared before it takes the place of one that may be good.
        Path staging = file.resolveSibling("." + file.getFileName());
        try {
            AtomicFile.write(
                    staging,
                    graph.model(last, sample.getShape(), data.classes(), new TreeMap<>(metadata)));
            Parity parity = compare(model, data, staging, weights, file);
            Files.move(
                    staging,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return parity;
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    private static Parity compare(
            Model model, LabelledData data, Path staging, WeightType weights, Path file)
            throws IOException {
        float[] own;
        float[] exported;
        try (ModelTeacher live = ModelTeacher.of(model, TeacherOutput.LOGITS);
                ModelTeacher read = ModelTeacher.onnx(staging, TeacherOutput.LOGITS)) {
            own = logits(live, data, model.getNDManager());
            exported = logits(read, data, model.getNDManager());
        }
        int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
        Parity parity = Parity.of(own, exported, labels, data.classes());
        double size = 1;
        for (float value : own) {
            size = Math.max(size, Math.abs(value));
        }
        boolean same = parity.largestDifference() <= TOLERANCE * size;
        double lost = parity.modelAccuracy() - parity.exportAccuracy();
        if (weights == WeightType.FP32 ? !same : !(lost <= LOSS_ALLOWED)) {
            throw new ExportException(
                    String.format(
                            Locale.ROOT,
                            "expected the model in %s, found logits that differ by %.3g and an"
                                    + " accuracy of %.2f %% for %.2f %%",
                            file,
                            parity.largestDifference(),
                            100 * parity.exportAccuracy(),
                            100 * parity.modelAccuracy()));
        }
        return parity;
    }

    /**
     * The logits of all samples in their order.
     *
     * @throws IllegalArgumentException if they are of another number of classes
     */
    static float[] logits(Teacher teacher, LabelledData data, NDManager parent) {
        float[] all = new float[data.size() * data.classes()];
        try (NDManager manager = parent.newSubManager()) {
            NDArray features = data.features(manager);
            for (int from = 0; from < data.size(); from += BATCH) {
                int to = Math.min(data.size(), from + BATCH);
                try (NDManager scope = manager.newSubManager()) {
                    NDArray batch = features.get(from + ":" + to);
                    batch.attach(scope);
                    long[] positions = LongStream.range(from, to).toArray();
                    NDArray logits = teacher.logits(new NDList(batch), positions, scope);
                    long width = logits.getShape().get(1);
                    if (width != data.classes()) {
                        throw new IllegalArgumentException(
                                "expected logits of the %d classes of the data from %s, found %d"
                                        .formatted(data.classes(), teacher.description(), width));
                    }
                    float[] rows = logits.toFloatArray();
                    System.arraycopy(rows, 0, all, from * data.classes(), rows.length);
                }
            }
        }
        return all;
    }
}
