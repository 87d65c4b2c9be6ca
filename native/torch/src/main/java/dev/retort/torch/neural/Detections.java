package dev.retort.torch.neural;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns a detector's predictions for anchor boxes into objects: decodes the boxes and suppresses
 * all but the most probable of those that overlap.
 *
 * @param clip whether boxes are cut at the border of the image
 * @param threshold the least probability of an object
 * @param background the class that means nothing
 * @param overlap from which intersection over union on the less probable box is suppressed
 * @param acrossClasses whether a box suppresses those of other classes too
 * @param most how many of the most probable boxes are looked at; not positive for all
 */
public record Detections(
        boolean clip,
        float threshold,
        int background,
        float overlap,
        boolean acrossClasses,
        int most) {

    private static final float CENTRE_VARIANCE = 0.1f;
    private static final float SIZE_VARIANCE = 0.2f;

    /**
     * The objects of one image, most probable first, as (class, probability, xmin, ymin, xmax,
     * ymax). The class counts without the background; it is -1 for a suppressed box.
     *
     * @param probabilities (classes, anchors), row-major
     * @param offsets (anchors, 4) of centre and size relative to the anchors
     * @param anchors (anchors, 4) as corners
     */
    public float[][] find(float[] probabilities, float[] offsets, float[] anchors) {
        int count = anchors.length / 4;
        int classes = probabilities.length / count;
        List<float[]> objects = new ArrayList<>();
        for (int anchor = 0; anchor < count; anchor++) {
            int best = -1;
            for (int c = 0; c < classes; c++) {
                if (c != background
                        && (best < 0
                                || probabilities[c * count + anchor]
                                        > probabilities[best * count + anchor])) {
                    best = c;
                }
            }
            if (best >= 0 && probabilities[best * count + anchor] >= threshold) {
                float score = probabilities[best * count + anchor];
                int id = best > background ? best - 1 : best;
                objects.add(decode(id, score, offsets, anchors, 4 * anchor));
            }
        }
        objects.sort(Comparator.comparing(object -> -object[1]));
        if (most > 0 && objects.size() > most) {
            objects.subList(most, objects.size()).clear();
        }
        suppress(objects);
        return objects.toArray(float[][]::new);
    }

    private float[] decode(int id, float score, float[] offsets, float[] anchors, int i) {
        float width = anchors[i + 2] - anchors[i];
        float height = anchors[i + 3] - anchors[i + 1];
        float x = offsets[i] * CENTRE_VARIANCE * width + (anchors[i] + anchors[i + 2]) / 2;
        float y = offsets[i + 1] * CENTRE_VARIANCE * height + (anchors[i + 1] + anchors[i + 3]) / 2;
        float w = (float) (Math.exp(offsets[i + 2] * SIZE_VARIANCE) * width / 2);
        float h = (float) (Math.exp(offsets[i + 3] * SIZE_VARIANCE) * height / 2);
        return new float[] {id, score, cut(x - w), cut(y - h), cut(x + w), cut(y + h)};
    }

    private float cut(float coordinate) {
        return clip ? Math.clamp(coordinate, 0, 1) : coordinate;
    }

    private void suppress(List<float[]> objects) {
        for (int i = 0; i < objects.size(); i++) {
            float[] kept = objects.get(i);
            for (int j = i + 1; kept[0] >= 0 && j < objects.size(); j++) {
                float[] other = objects.get(j);
                if ((acrossClasses || kept[0] == other[0])
                        && AnchorBoxes.overlap(kept, 2, other, 2) >= overlap) {
                    other[0] = -1;
                }
            }
        }
    }
}
