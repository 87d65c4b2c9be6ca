package dev.retort.distill.data;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The Java sources that a JDK carries in {@code lib/src.zip}, over 100 MB of text. The licence that
 * most files begin with is left out, and of files that are equal without it all but one. About one
 * file in fifty is held out, by a hash of its content, so that a file stays on its side from one
 * JDK to the next.
 *
 * <p>Files that were generated from one template are alike and may lie on both sides.
 */
public final class JdkSources {
    private static final int VALIDATION_ONE_IN = 50;

    private JdkSources() {}

    /**
     * Reads the sources of the JDK that runs this program.
     *
     * @return the text, its files in the order of their names
     * @throws DataException if it carries none; the message says where they were looked for
     */
    public static ByteCorpus load() {
        return load(Path.of(System.getProperty("java.home")));
    }

    /**
     * Reads the sources of a JDK.
     *
     * @param home the folder of the JDK
     * @return the text, its files in the order of their names
     * @throws DataException if it carries none; the message says where they were looked for
     */
    public static ByteCorpus load(Path home) {
        Path file = home.resolve("lib", "src.zip");
        if (!Files.isRegularFile(file)) {
            throw new DataException(
                    ("expected the sources of the JDK at %s, found none: some packages of a JDK put"
                                    + " them into one of their own, such as openjdk-25-source")
                            .formatted(file));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return read(zip, file, release(home));
        } catch (IOException e) {
            throw new DataException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static ByteCorpus read(ZipFile zip, Path file, String release) throws IOException {
        List<? extends ZipEntry> entries =
                zip.stream()
                        .filter(entry -> entry.getName().endsWith(".java"))
                        .sorted(Comparator.comparing(ZipEntry::getName))
                        .toList();
        ByteArrayOutputStream train = new ByteArrayOutputStream();
        ByteArrayOutputStream validation = new ByteArrayOutputStream();
        Set<Fingerprint> seen = new HashSet<>();
        for (ZipEntry entry : entries) {
            byte[] text;
            try (InputStream content = zip.getInputStream(entry)) {
                text = withoutLicence(content.readAllBytes());
            }
            Fingerprint digest = Fingerprint.of(text);
            if (seen.add(digest)) {
                boolean heldOut = Math.floorMod(leading(digest), VALIDATION_ONE_IN) == 0;
                (heldOut ? validation : train).writeBytes(text);
            }
        }
        if (train.size() == 0 || validation.size() == 0) {
            throw new DataException(
                    "expected Java sources in %s, found %d files of them"
                            .formatted(file, seen.size()));
        }
        return new ByteCorpus(
                "Java sources of " + release,
                train.toByteArray(),
                validation.toByteArray(),
                seen.size());
    }

    /** What the JDK says that it is, which need not be the one that runs this program. */
    private static String release(Path home) throws IOException {
        Path file = home.resolve("release");
        if (!Files.isRegularFile(file)) {
            return "a JDK that does not say its version";
        }
        Properties said = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            said.load(reader);
        }
        String version =
                said.getProperty("JAVA_RUNTIME_VERSION", said.getProperty("JAVA_VERSION", ""));
        return "JDK " + version.replace("\"", "");
    }

    /** The text after the comment that it begins with, if that is a licence. */
    static byte[] withoutLicence(byte[] text) {
        String start =
                new String(text, 0, Math.min(text.length, 8192), StandardCharsets.ISO_8859_1);
        int begin = start.length() - start.stripLeading().length();
        int end = start.indexOf("*/");
        if (!start.startsWith("/*", begin)
                || end < 0
                || !start.substring(begin, end).contains("opyright")) {
            return text;
        }
        int from = end + 2;
        while (from < text.length && Character.isWhitespace(text[from])) {
            from++;
        }
        return Arrays.copyOfRange(text, from, text.length);
    }

    /** The first eight bytes of a hash. */
    private static long leading(Fingerprint hash) {
        return Long.parseUnsignedLong(hash.hex().substring(0, 16), 16);
    }
}
