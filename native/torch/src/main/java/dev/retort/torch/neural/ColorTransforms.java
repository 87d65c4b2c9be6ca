package dev.retort.torch.neural;

import dev.retort.torch.abi.Arithmetic;
import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

/**
 * Changes of colour of images of (height, width, 3) or (N, height, width, 3), channels red, green,
 * blue. Results have the images' type; those of bytes are cut to 0 to 255.
 */
public final class ColorTransforms {
    private static final int UINT8 = 0;
    private static final double[] GRAY = {0.299, 0.587, 0.114};

    /** From RGB to luma and two chroma axes, and back. */
    private static final double[] TO_YIQ = {
        0.299, 0.587, 0.114, 0.596, -0.274, -0.321, 0.211, -0.523, 0.311
    };

    private static final double[] FROM_YIQ = {1, 0.956, 0.621, 1, -0.272, -0.647, 1, -1.107, 1.705};

    private ColorTransforms() {}

    /** Multiplies all channels. */
    public static long brightness(long images, double factor) {
        try (Temporaries t = new Temporaries()) {
            return cut(t, images, t.own(AtenTensor.mul(images, t.own(Scalars.of(factor)))));
        }
    }

    /** Moves each image away from (above 1) or towards its mean gray. */
    public static long contrast(long images, double factor) {
        try (Temporaries t = new Temporaries()) {
            long gray = gray(t, images);
            long mean = t.own(AtenTensor.mean(gray, new long[] {-3, -2}, true, -1));
            return cut(t, images, blend(t, images, mean, factor));
        }
    }

    /** Moves each pixel away from (above 1) or towards its own gray. */
    public static long saturation(long images, double factor) {
        try (Temporaries t = new Temporaries()) {
            return cut(t, images, blend(t, images, gray(t, images), factor));
        }
    }

    /**
     * Turns the colours.
     *
     * @param turn in half turns of the colour circle
     */
    public static long hue(long images, double turn) {
        double cos = Math.cos(turn * Math.PI);
        double sin = Math.sin(turn * Math.PI);
        double[] rotation = {1, 0, 0, 0, cos, -sin, 0, sin, cos};
        double[] matrix = product(product(FROM_YIQ, rotation), TO_YIQ);
        try (Temporaries t = new Temporaries()) {
            long[] channels = channels(t, images);
            long[] turned = new long[3];
            for (int row = 0; row < 3; row++) {
                turned[row] = weighted(t, channels, matrix, 3 * row);
            }
            return cut(t, images, t.own(AtenTensor.cat(turned, -1)));
        }
    }

    private static long[] channels(Temporaries t, long images) {
        long[] channels = AtenTensor.split(images, 1, -1);
        for (long channel : channels) {
            t.own(channel);
        }
        return channels;
    }

    private static long gray(Temporaries t, long images) {
        return weighted(t, channels(t, images), GRAY, 0);
    }

    private static long weighted(Temporaries t, long[] channels, double[] weights, int from) {
        long sum = t.own(AtenTensor.mul(channels[0], t.own(Scalars.of(weights[from]))));
        for (int i = 1; i < 3; i++) {
            long term = t.own(AtenTensor.mul(channels[i], t.own(Scalars.of(weights[from + i]))));
            sum = t.own(Arithmetic.add(sum, term));
        }
        return sum;
    }

    private static long blend(Temporaries t, long images, long gray, double factor) {
        long kept = t.own(AtenTensor.mul(images, t.own(Scalars.of(factor))));
        long added = t.own(AtenTensor.mul(gray, t.own(Scalars.of(1 - factor))));
        return t.own(Arithmetic.add(kept, added));
    }

    private static long cut(Temporaries t, long images, long changed) {
        int type = Tensors.dtype(images);
        long within = changed;
        if (type == UINT8) {
            long low = t.own(Scalars.of(0d));
            long high = t.own(Scalars.of(255d));
            within = t.own(AtenTensor.minimum(t.own(AtenTensor.maximum(changed, low)), high));
        }
        return AtenTensor.to(within, type, false, false, -1);
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[9];
        for (int i = 0; i < 9; i++) {
            for (int k = 0; k < 3; k++) {
                product[i] += a[i / 3 * 3 + k] * b[3 * k + i % 3];
            }
        }
        return product;
    }
}
