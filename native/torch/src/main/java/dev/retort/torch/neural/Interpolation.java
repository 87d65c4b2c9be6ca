package dev.retort.torch.neural;

import ai.djl.engine.EngineException;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;

/** Resampling of the spatial axes of an (N, C, ...) tensor. */
public enum Interpolation {
    /** The nearest element; over one, two or three axes. */
    NEAREST {
        @Override
        long apply(long x, long[] size, boolean alignCorners) {
            return switch (Pooling.spatialAxes(x)) {
                case 1 -> AtenNeural.upsampleNearest1d(x, size, null);
                case 2 -> AtenNeural.upsampleNearest2d(x, size, null);
                default -> AtenNeural.upsampleNearest3d(x, size, null);
            };
        }
    },
    /** Linear over two axes, with a filter against aliasing. */
    BILINEAR {
        @Override
        long apply(long x, long[] size, boolean alignCorners) {
            requireTwoAxes(x);
            return AtenNeural.upsampleBilinear2dAntialiased(x, size, alignCorners, null);
        }
    },
    /** The average over the area of each new element; over one, two or three axes. */
    AREA {
        @Override
        long apply(long x, long[] size, boolean alignCorners) {
            return Pooling.adaptiveAverage(x, size);
        }
    },
    /** Cubic over two axes, with a filter against aliasing. */
    BICUBIC {
        @Override
        long apply(long x, long[] size, boolean alignCorners) {
            requireTwoAxes(x);
            return AtenNeural.upsampleBicubic2dAntialiased(x, size, alignCorners, null);
        }
    };

    /** The mode with DJL's number, see {@link ai.djl.modality.cv.Image.Interpolation}. */
    public static Interpolation ofDjl(int number) {
        if (number < 0 || number >= values().length) {
            throw new UnsupportedOperationException(
                    "The kind of interpolation is not supported: expected 0 to 3, found " + number);
        }
        return values()[number];
    }

    /**
     * Resamples.
     *
     * @param x (N, C, ...) of a floating type
     * @param size of the spatial axes afterwards
     * @param alignCorners whether the centres of the corner elements stay where they are
     */
    public long resample(long x, long[] size, boolean alignCorners) {
        int axes = Pooling.spatialAxes(x);
        if (axes != size.length) {
            throw new EngineException(
                    "the input has " + axes + " spatial axes and the output " + size.length);
        }
        return apply(x, size, alignCorners);
    }

    /**
     * Resamples images of (height, width, channels) or (N, height, width, channels) of any type.
     * The result has the type of the images.
     *
     * @param float32 libtorch's number of the type in which is computed
     */
    public long resize(long images, long height, long width, int float32) {
        try (Temporaries t = new Temporaries()) {
            boolean single = Tensors.dim(images) == 3;
            int type = Tensors.dtype(images);
            long x = t.own(AtenTensor.to(images, float32, false, false, -1));
            if (single) {
                x = t.own(AtenTensor.unsqueeze(x, 0));
            }
            x = t.own(AtenTensor.permute(x, new long[] {0, 3, 1, 2}));
            x = t.own(resample(x, new long[] {height, width}, false));
            x = t.own(AtenTensor.permute(x, new long[] {0, 2, 3, 1}));
            if (single) {
                x = t.own(AtenTensor.squeeze(x, 0));
            }
            return AtenTensor.to(x, type, false, false, -1);
        }
    }

    abstract long apply(long x, long[] size, boolean alignCorners);

    private static void requireTwoAxes(long x) {
        if (Pooling.spatialAxes(x) != 2) {
            throw new EngineException(
                    "bilinear and bicubic interpolation need 4 dimensions, found "
                            + Tensors.dim(x));
        }
    }
}
