package dev.retort.device.compile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What decides the result of a compilation, as one SHA-256.
 *
 * @param hex the digest in hexadecimal digits
 */
record CacheKey(String hex) {

    static CacheKey of(KernelSource source, List<String> options, String compilerVersion) {
        MessageDigest digest = sha256();
        add(digest, compilerVersion);
        add(digest, source.fileName());
        add(digest, source.text());
        add(digest, options);
        add(digest, source.nameExpressions());
        return new CacheKey(HexFormat.of().formatHex(digest.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    // With lengths: "ab", "c" and "a", "bc" are different lists.
    private static void add(MessageDigest digest, List<String> texts) {
        add(digest, texts.size());
        texts.forEach(text -> add(digest, text));
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(digest, bytes.length);
        digest.update(bytes);
    }

    private static void add(MessageDigest digest, int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }
}
