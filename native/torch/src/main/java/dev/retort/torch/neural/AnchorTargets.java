package dev.retort.torch.neural;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What a single-shot detector shall predict for each anchor box, by the rules of MXNet's
 * MultiBoxTarget: each object takes the anchor that overlaps it most, further anchors take the
 * object they overlap by more than a threshold, and of the rest either all or the hardest are
 * background.
 *
 * @param threshold the overlap from which on an anchor takes an object
 * @param ignored the class target of anchors that shall not count
 * @param negatives how many background anchors per positive one; not positive for all of them
 * @param negativeOverlap an anchor that overlaps more is not taken as background when mining
 * @param minimumNegatives how many background anchors at least when mining
 */
public record AnchorTargets(
        float threshold,
        float ignored,
        float negatives,
        float negativeOverlap,
        int minimumNegatives) {

    private static final float[] VARIANCES = {0.1f, 0.1f, 0.2f, 0.2f};
    private static final float LEAST_OVERLAP = 1e-6f;
    private static final int LABEL_WIDTH = 5;

    /** The targets of one image. */
    public static final class Targets {
        /** (anchors, 4), zero for anchors without an object. */
        public final float[] offsets;

        /** (anchors, 4), one for anchors with an object. */
        public final float[] mask;

        /** (anchors): 0 for background, the object's class plus 1, or the ignored label. */
        public final float[] classes;

        private Targets(int anchors) {
            offsets = new float[4 * anchors];
            mask = new float[4 * anchors];
            classes = new float[anchors];
        }
    }

    /** Which object an anchor has, and the overlap; an object of -1 is none. */
    private record Match(int object, float overlap) {}

    /**
     * Computes the targets of one image.
     *
     * @param anchors (anchors, 4) as corners
     * @param labels (objects, 5) of class and corners; a class of -1 ends the list
     * @param predictions (classes, anchors) before softmax, for mining
     */
    public Targets of(float[] anchors, float[] labels, float[] predictions) {
        int count = anchors.length / 4;
        Targets targets = new Targets(count);
        Arrays.fill(targets.classes, ignored);
        int objects = objects(labels);
        if (objects == 0) {
            return targets;
        }
        Match[] matches = match(anchors, labels, objects, count);
        for (int anchor : background(matches, predictions)) {
            targets.classes[anchor] = 0;
        }
        for (int anchor = 0; anchor < count; anchor++) {
            if (positive(matches[anchor])) {
                assign(targets, anchor, anchors, labels, LABEL_WIDTH * matches[anchor].object());
            }
        }
        return targets;
    }

    private static int objects(float[] labels) {
        int objects = 0;
        while (LABEL_WIDTH * objects < labels.length && labels[LABEL_WIDTH * objects] != -1) {
            objects++;
        }
        return objects;
    }

    /** Positive matches have an overlap above 1 added, so that they tell themselves apart. */
    private static boolean positive(Match match) {
        return match.overlap() > 1;
    }

    private Match[] match(float[] anchors, float[] labels, int objects, int count) {
        float[][] overlaps = new float[count][objects];
        for (int a = 0; a < count; a++) {
            for (int o = 0; o < objects; o++) {
                overlaps[a][o] = AnchorBoxes.overlap(anchors, 4 * a, labels, LABEL_WIDTH * o + 1);
            }
        }
        Match[] matches = new Match[count];
        takeBestAnchors(overlaps, matches, objects);
        for (int a = 0; a < count; a++) {
            if (matches[a] == null) {
                float[] row = overlaps[a];
                int best =
                        IntStream.range(0, objects)
                                .reduce(0, (left, right) -> row[right] > row[left] ? right : left);
                boolean taken = threshold > 0 && row[best] > threshold;
                matches[a] = new Match(best, taken ? 1 + row[best] : row[best]);
            }
        }
        return matches;
    }

    /** In turn, the pair of a free object and a free anchor that overlap most. */
    private static void takeBestAnchors(float[][] overlaps, Match[] matches, int objects) {
        boolean[] matched = new boolean[objects];
        for (int round = 0; round < objects; round++) {
            int anchor = -1;
            int object = -1;
            float most = LEAST_OVERLAP;
            for (int a = 0; a < overlaps.length; a++) {
                for (int o = 0; matches[a] == null && o < objects; o++) {
                    if (!matched[o] && overlaps[a][o] > most) {
                        anchor = a;
                        object = o;
                        most = overlaps[a][o];
                    }
                }
            }
            if (anchor < 0) {
                return;
            }
            matches[anchor] = new Match(object, 1 + most);
            matched[object] = true;
        }
    }

    private int[] background(Match[] matches, float[] predictions) {
        IntStream free = IntStream.range(0, matches.length).filter(a -> !positive(matches[a]));
        if (negatives <= 0) {
            return free.toArray();
        }
        long positives = Arrays.stream(matches).filter(AnchorTargets::positive).count();
        long wanted =
                Math.min(
                        Math.max((long) (positives * negatives), minimumNegatives),
                        matches.length - positives);
        return free.filter(a -> matches[a].overlap() < negativeOverlap)
                .boxed()
                .sorted(
                        Comparator.comparingDouble(
                                a -> backgroundProbability(predictions, matches.length, a)))
                .limit(wanted)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double backgroundProbability(float[] predictions, int count, int anchor) {
        int classes = predictions.length / count;
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, predictions[c * count + anchor]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(predictions[c * count + anchor] - largest);
        }
        return Math.exp(predictions[anchor] - largest) / sum;
    }

    private static void assign(
            Targets targets, int anchor, float[] anchors, float[] labels, int label) {
        targets.classes[anchor] = labels[label] + 1;
        int at = 4 * anchor;
        Arrays.fill(targets.mask, at, at + 4, 1);
        for (int axis = 0; axis < 2; axis++) {
            float anchorSize = anchors[at + 2 + axis] - anchors[at + axis];
            float size = labels[label + 3 + axis] - labels[label + 1 + axis];
            float anchorCentre = (anchors[at + 2 + axis] + anchors[at + axis]) / 2;
            float centre = (labels[label + 3 + axis] + labels[label + 1 + axis]) / 2;
            targets.offsets[at + axis] = (centre - anchorCentre) / anchorSize / VARIANCES[axis];
            targets.offsets[at + 2 + axis] =
                    (float) Math.log(size / anchorSize) / VARIANCES[2 + axis];
        }
    }
}
