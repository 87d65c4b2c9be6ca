package dev.retort.distill.fingerprint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Pair;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A SHA-256 hash by which two things are told to be the same.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
    private static final int BRIEF = 12;
    private static final long LARGEST_READ = 1 << 30;

    /** Checks the digits. */
    public Fingerprint {
        if (!DIGITS.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "expected 64 lower-case hexadecimal digits, found " + hex);
        }
    }

    /**
     * Hashes words, each with its length, so that their borders count.
     *
     * @param words the words
     * @return the hash of their UTF-8
     */
    public static Fingerprint of(List<String> words) {
        MessageDigest digest = sha256();
        words.forEach(word -> update(digest, word));
        return finished(digest);
    }

    /**
     * Hashes bytes.
     *
     * @param parts the bytes, one part after the other
     * @return the hash
     */
    public static Fingerprint of(byte[]... parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return finished(digest);
    }

    /**
     * Hashes a file.
     *
     * @param file the file
     * @return the hash of its bytes
     * @throws IOException if it cannot be read
     */
    public static Fingerprint of(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                DigestOutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return finished(digest);
    }

    /**
     * Hashes an array, which is read from its device.
     *
     * @param array the array
     * @return the hash of its type, its shape and its values
     */
    public static Fingerprint of(NDArray array) {
        MessageDigest digest = sha256();
        update(digest, array);
        return finished(digest);
    }

    /**
     * Hashes a block, whose parameters are read from their device.
     *
     * @param block the block, initialised
     * @return the hash of its structure, which is the classes of its blocks, their settings such as
     *     strides and epsilons, and the names of lambdas with what they captured, and of the names,
     *     types, shapes and values of its parameters, running statistics included; of TorchScript
     *     modules that of all that they would be saved as, buffers and code included. Settings are
     *     fields of a number, a word, a constant or a shape; of classes that are not DJL's they are
     *     seen where they are final. What a block computes beyond that is its class's alone
     */
    public static Fingerprint of(Block block) {
        MessageDigest digest = sha256();
        update(digest, block, true);
        return finished(digest);
    }

    /**
     * Hashes the structure of a block alone, which training leaves as it is.
     *
     * @param block the block, initialised
     * @return the hash of what {@link #of(Block)} hashes but for the values of parameters, and of
     *     which of them are frozen; of TorchScript modules that of the names, types and shapes of
     *     their parameters alone
     */
    public static Fingerprint ofStructure(Block block) {
        MessageDigest digest = sha256();
        update(digest, block, false);
        return finished(digest);
    }

    private static void update(MessageDigest digest, Block block, boolean values) {
        update(digest, block.getClass().getName());
        switch (block) {
            case PtSymbolBlock module when values -> {
                try (OutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                    JniUtils.writeModule(module, out, false);
                } catch (IOException e) {
                    throw new AssertionError("nothing is written anywhere", e);
                }
                return;
            }
            case LambdaBlock lambda -> update(digest, lambda.getName());
            default -> {}
        }
        BlockSettings.of(block).forEach(setting -> update(digest, setting));
        for (Pair<String, Parameter> pair : block.getDirectParameters()) {
            update(digest, pair.getKey());
            if (values) {
                update(digest, pair.getValue().getArray());
            } else {
                updateHeader(digest, pair.getValue().getArray());
                update(digest, pair.getValue().requiresGradient() ? "trained" : "frozen");
            }
        }
        update(digest, block.getChildren().size() + " children");
        for (Pair<String, Block> child : block.getChildren()) {
            update(digest, child.getKey());
            update(digest, child.getValue(), values);
        }
    }

    /**
     * The first digits, to show to a person.
     *
     * @return 12 digits
     */
    public String brief() {
        return hex.substring(0, BRIEF);
    }

    private static void update(MessageDigest digest, NDArray array) {
        update(digest, array, LARGEST_READ);
    }

    /** A buffer has no room for more than 2 GiB, so a larger array is read in parts. */
    static void update(MessageDigest digest, NDArray array, long largestRead) {
        updateHeader(digest, array);
        long size = array.size();
        long part = Math.max(1, largestRead / array.getDataType().getNumOfBytes());
        if (size <= part) {
            digest.update(array.toByteBuffer());
            return;
        }
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray view = array.stopGradient();
            // What is made of a view belongs to its manager.
            view.attach(scope);
            NDArray flat = view.reshape(-1);
            for (long from = 0; from < size; from += part) {
                NDIndex range = new NDIndex().addSliceDim(from, Math.min(size, from + part));
                try (NDArray values = flat.get(range)) {
                    digest.update(values.toByteBuffer());
                }
            }
        }
    }

    private static void updateHeader(MessageDigest digest, NDArray array) {
        update(digest, array.getDataType() + " " + array.getShape());
    }

    private static void update(MessageDigest digest, String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static Fingerprint finished(MessageDigest digest) {
        return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
    }
}
