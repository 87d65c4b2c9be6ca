package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDUtils;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.RandomUtils;

import dev.retort.torch.ffi.AtenTensor;
import dev.retort.torch.neural.AnchorBoxes;
import dev.retort.torch.neural.AnchorTargets;
import dev.retort.torch.neural.ColorTransforms;
import dev.retort.torch.neural.Detections;
import dev.retort.torch.neural.Interpolation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;

/**
 * DJL's internal interface of an array. Random changes of images draw from DJL's generator, which
 * the engine's seed sets; a probability or strength is drawn once for a whole batch.
 */
final class TorchNDArrayEx extends LayerFunctions {
    private static final int BOX = 4;

    TorchNDArrayEx(TorchNDArray array) {
        super(array);
    }

    @Override
    public TorchNDArray interpolation(long[] size, int mode, boolean alignCorners) {
        Interpolation interpolation = Interpolation.ofDjl(mode);
        return array.unary(x -> interpolation.resample(x, size, alignCorners));
    }

    @Override
    public TorchNDArray resize(int width, int height, int interpolation) {
        if (array.isEmpty()) {
            throw new IllegalArgumentException("attempt to resize of an empty NDArray");
        }
        Interpolation mode = Interpolation.ofDjl(interpolation);
        int float32 = TorchTypes.code(DataType.FLOAT32);
        return array.unary(x -> mode.resize(x, height, width, float32));
    }

    @Override
    public TorchNDArray randomFlipLeftRight() {
        return randomFlip(-2);
    }

    @Override
    public TorchNDArray randomFlipTopBottom() {
        return randomFlip(-3);
    }

    private TorchNDArray randomFlip(int axis) {
        requireImages();
        long[] axes = RandomUtils.nextFloat() < 0.5f ? new long[] {axis} : new long[0];
        return array.unary(x -> AtenTensor.flip(x, axes));
    }

    @Override
    public TorchNDArray randomBrightness(float brightness) {
        return changed(x -> ColorTransforms.brightness(x, 1 + strength(brightness)));
    }

    @Override
    public TorchNDArray randomHue(float hue) {
        return changed(x -> ColorTransforms.hue(x, strength(hue)));
    }

    /** Changes brightness, contrast and saturation in random order, and then the hue. */
    @Override
    public TorchNDArray randomColorJitter(
            float brightness, float contrast, float saturation, float hue) {
        List<LongFunction<Long>> changes = new ArrayList<>();
        changes.add(x -> ColorTransforms.brightness(x, 1 + strength(brightness)));
        changes.add(x -> ColorTransforms.contrast(x, 1 + strength(contrast)));
        changes.add(x -> ColorTransforms.saturation(x, 1 + strength(saturation)));
        Collections.shuffle(changes, RandomUtils.RANDOM);
        changes.add(x -> ColorTransforms.hue(x, strength(hue)));
        TorchNDArray image = changed(changes.getFirst());
        for (LongFunction<Long> change : changes.subList(1, changes.size())) {
            try (TorchNDArray before = image) {
                image = before.getNDArrayInternal().changed(change);
            }
        }
        return image;
    }

    private static double strength(float most) {
        return RandomUtils.nextFloat(-most, most);
    }

    private TorchNDArray changed(LongFunction<Long> change) {
        requireImages();
        if (array.getShape().get(array.getShape().dimension() - 1) != 3) {
            throw new IllegalArgumentException(
                    "expected images of three channels, found the shape " + array.getShape());
        }
        return array.unary(change::apply);
    }

    private void requireImages() {
        int dimension = array.getShape().dimension();
        if (dimension != 3 && dimension != 4) {
            throw new IllegalArgumentException(
                    "expected images of (height, width, channels) or (N, height, width, channels),"
                            + " found the shape "
                            + array.getShape());
        }
    }

    @Override
    public TorchIndexer getIndexer(NDManager manager) {
        return new TorchIndexer(Handles.torch(manager));
    }

    @Override
    public TorchNDArray where(NDArray condition, NDArray other) {
        if (!condition.getShape().equals(array.getShape())) {
            throw new UnsupportedOperationException(
                    "condition and self shape mismatch, broadcast is not supported");
        }
        TorchNDArray chosen =
                array.own(AtenTensor.where(handle(condition), array.handle(), handle(other)));
        Reachability.keep(condition);
        Reachability.keep(other);
        return chosen;
    }

    @Override
    public TorchNDArray stack(NDList arrays, int axis) {
        TorchNDArray stacked = array.own(AtenTensor.stack(withThis(arrays), axis));
        Reachability.keep(arrays);
        return stacked;
    }

    @Override
    public TorchNDArray concat(NDList list, int axis) {
        NDUtils.checkConcatInput(list);
        TorchNDArray joined = array.own(AtenTensor.cat(withThis(list), axis));
        Reachability.keep(list);
        return joined;
    }

    private long[] withThis(NDList others) {
        long[] handles = new long[others.size() + 1];
        handles[0] = array.handle();
        for (int i = 1; i < handles.length; i++) {
            handles[i] = handle(others.get(i - 1));
        }
        return handles;
    }

    /**
     * Anchor boxes for the feature map (N, C, height, width) that this array is.
     *
     * @return (1, boxes, 4) as corners
     */
    @Override
    public NDList multiBoxPrior(
            List<Float> sizes,
            List<Float> ratios,
            List<Float> steps,
            List<Float> offsets,
            boolean clip) {
        Shape shape = array.getShape();
        int height = Math.toIntExact(shape.get(2));
        int width = Math.toIntExact(shape.get(3));
        float[][] boxes = AnchorBoxes.prior(height, width, sizes, ratios, steps, offsets, clip);
        return new NDList(array.getManager().create(flat(boxes), new Shape(1, boxes.length, BOX)));
    }

    /**
     * What a detector shall learn for each anchor box.
     *
     * @param inputs anchors (1, boxes, 4), labels (N, objects, 5) of class and corners, and class
     *     predictions (N, classes, boxes)
     * @return offsets (N, 4 boxes), their mask, and class targets (N, boxes)
     */
    @Override
    public NDList multiBoxTarget(
            NDList inputs,
            float iouThreshold,
            float ignoreLabel,
            float negativeMiningRatio,
            float negativeMiningThreshold,
            int minNegativeSamples) {
        AnchorTargets rules =
                new AnchorTargets(
                        iouThreshold,
                        ignoreLabel,
                        negativeMiningRatio,
                        negativeMiningThreshold,
                        minNegativeSamples);
        float[] anchors = inputs.get(0).toFloatArray();
        int images = Math.toIntExact(inputs.get(1).getShape().get(0));
        float[][] offsets = new float[images][];
        float[][] masks = new float[images][];
        float[][] classes = new float[images][];
        for (int i = 0; i < images; i++) {
            AnchorTargets.Targets targets =
                    rules.of(anchors, slice(inputs.get(1), i), slice(inputs.get(2), i));
            offsets[i] = targets.offsets;
            masks[i] = targets.mask;
            classes[i] = targets.classes;
        }
        return new NDList(matrix(offsets), matrix(masks), matrix(classes));
    }

    /**
     * The objects that a detector has found.
     *
     * @param inputs class probabilities (N, classes, boxes), offsets (N, 4 boxes) and anchors (1,
     *     boxes, 4)
     * @return (N, objects, 6) of class, probability and corners; a class of -1 stands for a
     *     suppressed box, and fills up the images with fewer objects
     */
    @Override
    public NDList multiBoxDetection(
            NDList inputs,
            boolean clip,
            float threshold,
            int backgroundId,
            float nmsThreshold,
            boolean forceSuppress,
            int nmsTopK) {
        Detections rules =
                new Detections(clip, threshold, backgroundId, nmsThreshold, forceSuppress, nmsTopK);
        float[] anchors = inputs.get(2).toFloatArray();
        int images = Math.toIntExact(inputs.get(0).getShape().get(0));
        List<float[][]> found = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < images; i++) {
            float[][] objects =
                    rules.find(slice(inputs.get(0), i), slice(inputs.get(1), i), anchors);
            found.add(objects);
            most = Math.max(most, objects.length);
        }
        float[] values = new float[images * most * 6];
        Arrays.fill(values, -1);
        for (int i = 0; i < images; i++) {
            float[] objects = flat(found.get(i));
            System.arraycopy(objects, 0, values, i * most * 6, objects.length);
        }
        return new NDList(array.getManager().create(values, new Shape(images, most, 6)));
    }

    private static float[] slice(NDArray batch, int i) {
        try (NDArray one = batch.get(i)) {
            return one.toFloatArray();
        }
    }

    private NDArray matrix(float[][] rows) {
        return array.getManager().create(rows);
    }

    private static float[] flat(float[][] rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        float[] values = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * width, width);
        }
        return values;
    }
}
