package dev.retort.torch.neural;

import java.util.List;

/** The anchor boxes of a detector, one set per cell of a feature map. */
public final class AnchorBoxes {
    private AnchorBoxes() {}

    /**
     * Boxes as (xmin, ymin, xmax, ymax) in units of the image: for each cell one per size with the
     * first ratio, then one per further ratio with the first size.
     *
     * @param height of the feature map
     * @param width of the feature map
     * @param sizes edge lengths as a share of the image
     * @param ratios width by height
     * @param steps from cell to cell, (y, x); estimated from the feature map if not positive
     * @param offsets of the centre in the cell, (y, x)
     * @param clip whether boxes are cut at the border of the image
     * @return rows of four
     */
    public static float[][] prior(
            int height,
            int width,
            List<Float> sizes,
            List<Float> ratios,
            List<Float> steps,
            List<Float> offsets,
            boolean clip) {
        boolean estimated = steps.get(0) <= 0 || steps.get(1) <= 0;
        float stepY = estimated ? 1f / height : steps.get(0);
        float stepX = estimated ? 1f / width : steps.get(1);
        float[][] shapes = shapes(sizes, ratios, (float) height / width);
        float[][] boxes = new float[height * width * shapes.length][];
        int count = 0;
        for (int row = 0; row < height; row++) {
            float y = (row + offsets.get(0)) * stepY;
            for (int column = 0; column < width; column++) {
                float x = (column + offsets.get(1)) * stepX;
                for (float[] half : shapes) {
                    boxes[count++] = box(x, y, half[0], half[1], clip);
                }
            }
        }
        return boxes;
    }

    /** Half the width and half the height of each box of a cell. */
    private static float[][] shapes(List<Float> sizes, List<Float> ratios, float aspect) {
        int further = Math.max(0, ratios.size() - 1);
        float[][] shapes = new float[sizes.size() + further][];
        float first = ratios.isEmpty() ? 1 : (float) Math.sqrt(ratios.get(0));
        for (int i = 0; i < sizes.size(); i++) {
            shapes[i] = half(sizes.get(i), first, aspect);
        }
        for (int i = 0; i < further; i++) {
            float ratio = (float) Math.sqrt(ratios.get(i + 1));
            shapes[sizes.size() + i] = half(sizes.get(0), ratio, aspect);
        }
        return shapes;
    }

    private static float[] half(float size, float ratio, float aspect) {
        return new float[] {size * aspect * ratio / 2, size / ratio / 2};
    }

    private static float[] box(float x, float y, float w, float h, boolean clip) {
        float[] box = {x - w, y - h, x + w, y + h};
        if (clip) {
            for (int i = 0; i < box.length; i++) {
                box[i] = Math.clamp(box[i], 0, 1);
            }
        }
        return box;
    }

    /** Intersection over union of two boxes of positive area; 0 if both have none. */
    static float overlap(float[] a, int i, float[] b, int j) {
        float width = Math.max(0, Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]));
        float height = Math.max(0, Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]));
        float common = width * height;
        float union =
                (a[i + 2] - a[i]) * (a[i + 3] - a[i + 1])
                        + (b[j + 2] - b[j]) * (b[j + 3] - b[j + 1])
                        - common;
        return union <= 0 ? 0 : common / union;
    }
}
