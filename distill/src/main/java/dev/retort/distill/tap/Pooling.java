package dev.retort.distill.tap;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Averages features over places, so that those of two networks can be compared. */
sealed interface Pooling {
    /** The pooled features, of the manager of the features. */
    NDArray apply(NDArray features);

    /** The pooled shape. */
    Shape shape(Shape features);

    /** Leaves features as they are. */
    record None() implements Pooling {
        @Override
        public NDArray apply(NDArray features) {
            return features;
        }

        @Override
        public Shape shape(Shape features) {
            return features;
        }
    }

    /**
     * One vector a sample: the mean over the places of a map (batch, channels, height, width), or
     * over the tokens of a sequence (batch, tokens, width).
     */
    record ToVector() implements Pooling {
        @Override
        public NDArray apply(NDArray features) {
            return switch (features.getShape().dimension()) {
                case 4 ->
                        features.reshape(features.size(0), features.size(1), -1)
                                .mean(new int[] {2});
                case 3 -> features.mean(new int[] {1});
                default -> features;
            };
        }

        @Override
        public Shape shape(Shape features) {
            return switch (features.dimension()) {
                case 4 -> new Shape(features.get(0), features.get(1));
                case 3 -> new Shape(features.get(0), features.get(2));
                default -> features;
            };
        }
    }

    /**
     * Maps of another height and width: each new place is the mean of the old ones from floor(i
     * old/new) to ceil((i + 1) old/new), as adaptive average pooling has it. By two products with
     * constant matrices, since DJL has no such operation.
     */
    record ToSize(int height, int width) implements Pooling {
        @Override
        public NDArray apply(NDArray maps) {
            NDArray columns = means(maps, Math.toIntExact(maps.size(3)), width).transpose();
            NDArray rows = means(maps, Math.toIntExact(maps.size(2)), height);
            return rows.matMul(maps.matMul(columns));
        }

        private static NDArray means(NDArray like, int from, int to) {
            float[] matrix = new float[to * from];
            for (int i = 0; i < to; i++) {
                int first = i * from / to;
                int end = Math.ceilDiv((i + 1) * from, to);
                for (int j = first; j < end; j++) {
                    matrix[i * from + j] = 1f / (end - first);
                }
            }
            return like.getManager()
                    .create(matrix, new Shape(to, from))
                    .toType(like.getDataType(), false);
        }

        @Override
        public Shape shape(Shape maps) {
            return new Shape(maps.get(0), maps.get(1), height, width);
        }
    }
}
