package dev.retort.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class JdkSourcesTest {
    private static final String LICENCE = "/*\n * Copyright (c) 1999\n */\n\n";

    @TempDir private Path home;

    private ByteCorpus load(int files) throws IOException {
        Path file = Files.createDirectories(home.resolve("lib")).resolve("src.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < files; i++) {
                put(zip, "base/A%04d.java".formatted(i), LICENCE + "class A%04d {}\n".formatted(i));
                put(zip, "copy/A%04d.java".formatted(i), "class A%04d {}\n".formatted(i));
                put(zip, "base/A%04d.properties".formatted(i), "a = b\n");
            }
        }
        return JdkSources.load(home);
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachFileIsOnOneSideOnceAndWithoutItsLicence() throws IOException {
        Files.writeString(
                home.resolve("release"),
                "JAVA_VERSION=\"21.0.1\"\nJAVA_RUNTIME_VERSION=\"21.0.1+12-LTS\"\n");
        ByteCorpus corpus = load(400);
        assertEquals("Java sources of JDK 21.0.1+12-LTS", corpus.name());
        assertEquals(400, corpus.files());
        String train = new String(corpus.train(), StandardCharsets.UTF_8);
        String validation = new String(corpus.validation(), StandardCharsets.UTF_8);
        assertFalse(train.contains("Copyright") || train.contains("a = b"));
        assertEquals(400L, train.lines().count() + validation.lines().count());
        long heldOut = validation.lines().count();
        assertTrue(heldOut >= 2 && heldOut <= 20, heldOut + " of 400");
        validation.lines().forEach(line -> assertFalse(train.contains(line)));
    }

    @Test
    void aFirstCommentThatIsNoLicenceStays() {
        byte[] text = "/* What it does. */\nclass A {}".getBytes(StandardCharsets.UTF_8);
        assertEquals(text, JdkSources.withoutLicence(text));
    }

    @Test
    void saysWhereSourcesWereLookedFor() {
        DataException error = assertThrows(DataException.class, () -> JdkSources.load(home));
        assertTrue(
                String.valueOf(error.getMessage())
                        .startsWith(
                                "expected the sources of the JDK at %s, found none"
                                        .formatted(home.resolve("lib/src.zip"))),
                error.getMessage());
    }
}
