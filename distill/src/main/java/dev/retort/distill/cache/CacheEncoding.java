package dev.retort.distill.cache;

import dev.retort.distill.teacher.TeacherContract;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the logits of a sample are stored. */
public sealed interface CacheEncoding {
    /**
     * All logits as 32-bit floats: 4 bytes a class, nothing lost.
     *
     * @return the encoding
     */
    static CacheEncoding fp32() {
        return new Fp32();
    }

    /**
     * All logits as 16-bit floats: 2 bytes a class, an error of up to 1 in 2,048.
     *
     * @return the encoding
     */
    static CacheEncoding fp16() {
        return new Fp16();
    }

    /**
     * The largest logits and their classes, and what remains of the probability as one number,
     * which is shared out equally among the other classes when it is read. For many classes: the
     * chosen logits are exact, and so is the sum of the others' probabilities at temperature 1.
     *
     * @param k how many, at least 1
     * @return the encoding, of 8 bytes a chosen class and 4 for the rest
     */
    static CacheEncoding top(int k) {
        return new Top(k);
    }

    /**
     * Reads the name of an encoding.
     *
     * @param name {@code fp32}, {@code fp16}, or {@code top-} and a number
     * @return the encoding
     * @throws IllegalArgumentException if it is none of them
     */
    static CacheEncoding of(String name) {
        Matcher top = Pattern.compile("top-(\\d{1,9})").matcher(name);
        if (top.matches()) {
            return top(Integer.parseInt(top.group(1)));
        }
        return switch (name) {
            case "fp32" -> fp32();
            case "fp16" -> fp16();
            default ->
                    throw new IllegalArgumentException(
                            "expected fp32, fp16 or a number of classes as in top-16, found "
                                    + name);
        };
    }

    /**
     * The name, as {@link #of} reads it.
     *
     * @return a word
     */
    String label();

    /**
     * The bytes of a row.
     *
     * @param classes the number of classes
     * @return above 0
     */
    int rowBytes(int classes);

    /**
     * Appends a row.
     *
     * @param logits rows of logits
     * @param from where the row begins
     * @param classes its length
     * @param out takes {@link #rowBytes} bytes
     * @throws IllegalArgumentException if a value is too large, naming it
     */
    void write(float[] logits, int from, int classes, ByteBuffer out);

    /**
     * Reads a row back as logits.
     *
     * @param in gives {@link #rowBytes} bytes
     * @param logits takes the row
     * @param from where it begins
     * @param classes its length
     */
    void read(ByteBuffer in, float[] logits, int from, int classes);

    /**
     * By how much a row that is read back may differ from what a live teacher says: what the
     * encoding loses, and what other batch sizes change in a sum.
     *
     * @param largest the largest size of a logit
     * @return above 0
     */
    double allowedDrift(double largest);

    /**
     * Makes of what a live teacher says what a stored row of it would be read back as, up to the
     * precision of the encoding.
     *
     * @param stored the stored row
     * @param live rows of logits, changed in place
     * @param from where the row begins
     * @param classes its length
     */
    default void expect(ByteBuffer stored, float[] live, int from, int classes) {}

    /**
     * Refuses a number of classes that the encoding is not for.
     *
     * @param classes the number of classes
     * @throws IllegalArgumentException if there are too few
     */
    default void check(int classes) {}

    /** What the contract allows a teacher for other batch sizes, it may differ by here as well. */
    private static double rounding(double largest) {
        return TeacherContract.TOLERANCE * Math.max(largest, Float.MIN_NORMAL);
    }

    /** See {@link #fp32}. */
    record Fp32() implements CacheEncoding {
        @Override
        public String label() {
            return "fp32";
        }

        @Override
        public int rowBytes(int classes) {
            return classes * Float.BYTES;
        }

        @Override
        public void write(float[] logits, int from, int classes, ByteBuffer out) {
            for (int i = from; i < from + classes; i++) {
                out.putFloat(logits[i]);
            }
        }

        @Override
        public void read(ByteBuffer in, float[] logits, int from, int classes) {
            for (int i = from; i < from + classes; i++) {
                logits[i] = in.getFloat();
            }
        }

        @Override
        public double allowedDrift(double largest) {
            return rounding(largest);
        }
    }

    /** See {@link #fp16}. */
    record Fp16() implements CacheEncoding {
        private static final float LARGEST = 65504;

        @Override
        public String label() {
            return "fp16";
        }

        @Override
        public int rowBytes(int classes) {
            return classes * Short.BYTES;
        }

        @Override
        public void write(float[] logits, int from, int classes, ByteBuffer out) {
            for (int i = from; i < from + classes; i++) {
                if (Math.abs(logits[i]) > LARGEST) {
                    throw new IllegalArgumentException(
                            "expected logits of at most 65504 for fp16, found " + logits[i]);
                }
                out.putShort(Float.floatToFloat16(logits[i]));
            }
        }

        @Override
        public void read(ByteBuffer in, float[] logits, int from, int classes) {
            for (int i = from; i < from + classes; i++) {
                logits[i] = Float.float16ToFloat(in.getShort());
            }
        }

        @Override
        public double allowedDrift(double largest) {
            return rounding(largest) + 0x1p-11 * largest;
        }
    }

    /**
     * See {@link #top}.
     *
     * @param k how many classes are kept
     */
    record Top(int k) implements CacheEncoding {
        /** Checks the number. */
        public Top {
            if (k < 1) {
                throw new IllegalArgumentException("expected at least 1 class to keep, found " + k);
            }
        }

        @Override
        public void check(int classes) {
            if (k >= classes) {
                throw new IllegalArgumentException(
                        "expected fewer classes to keep than the %d there are, found %d"
                                .formatted(classes, k));
            }
        }

        @Override
        public String label() {
            return "top-" + k;
        }

        @Override
        public int rowBytes(int classes) {
            return k * (Integer.BYTES + Float.BYTES) + Float.BYTES;
        }

        @Override
        public void write(float[] logits, int from, int classes, ByteBuffer out) {
            int[] order = largest(logits, from, classes);
            for (int i = 0; i < k; i++) {
                out.putInt(order[i]);
                out.putFloat(logits[from + order[i]]);
            }
            BitSet kept = new BitSet(classes);
            Arrays.stream(order, 0, k).forEach(kept::set);
            out.putFloat(logSum(logits, from, classes, kept));
        }

        /** The classes to keep, the largest logit first, of equal ones the first class. */
        private int[] largest(float[] logits, int from, int classes) {
            Comparator<Integer> best =
                    Comparator.comparingDouble((Integer i) -> -logits[from + i])
                            .thenComparingInt(i -> i);
            PriorityQueue<Integer> kept = new PriorityQueue<>(k, best.reversed());
            for (int i = 0; i < classes; i++) {
                if (kept.size() < k) {
                    kept.add(i);
                } else if (logits[from + i] > logits[from + kept.element()]) {
                    kept.remove();
                    kept.add(i);
                }
            }
            return kept.stream().sorted(best).mapToInt(Integer::intValue).toArray();
        }

        /** ln of the sum of exp over the classes that are not kept: their mass, unnormalised. */
        private static float logSum(float[] logits, int from, int classes, BitSet kept) {
            double top = Double.NEGATIVE_INFINITY;
            for (int i = kept.nextClearBit(0); i < classes; i = kept.nextClearBit(i + 1)) {
                top = Math.max(top, logits[from + i]);
            }
            double sum = 0;
            for (int i = kept.nextClearBit(0); i < classes; i = kept.nextClearBit(i + 1)) {
                sum += Math.exp(logits[from + i] - top);
            }
            return (float) (top + Math.log(sum));
        }

        /** Keeps the classes that were kept then: of two that are nearly alike either may be. */
        @Override
        public void expect(ByteBuffer stored, float[] live, int from, int classes) {
            BitSet kept = new BitSet(classes);
            for (int i = 0; i < k; i++) {
                kept.set(stored.getInt());
                stored.getFloat();
            }
            float share = (float) (logSum(live, from, classes, kept) - Math.log(classes - k));
            for (int i = kept.nextClearBit(0); i < classes; i = kept.nextClearBit(i + 1)) {
                live[from + i] = share;
            }
        }

        @Override
        public void read(ByteBuffer in, float[] logits, int from, int classes) {
            int start = in.position();
            float rest = in.getFloat(start + k * (Integer.BYTES + Float.BYTES));
            float share = (float) (rest - Math.log(classes - k));
            Arrays.fill(logits, from, from + classes, share);
            for (int i = 0; i < k; i++) {
                int chosen = in.getInt();
                logits[from + chosen] = in.getFloat();
            }
            in.position(start + rowBytes(classes));
        }

        @Override
        public double allowedDrift(double largest) {
            return rounding(largest);
        }
    }
}
