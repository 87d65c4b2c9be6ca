package dev.retort.torch.abi;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The native libraries in one of JavaCPP's artifacts: plain entries of a jar on the class path, or
 * files of a folder when the artifact lies unpacked.
 */
final class NativeArchive {
    /** One library: its name, its size in bytes and its CRC-32. */
    record Entry(String name, long size, long crc) {}

    private final URL anchor;
    private final String folder;

    private NativeArchive(URL anchor, String folder) {
        this.anchor = anchor;
        this.folder = folder;
    }

    /**
     * Looks for an artifact.
     *
     * @param loader sees the artifact if it is on the class path
     * @param folder the folder in it, ending with a slash
     * @param library a library that every version of it has
     * @return the artifact, or null when it is not there
     */
    static @Nullable NativeArchive find(ClassLoader loader, String folder, String library) {
        URL url = loader.getResource(folder + library);
        return url == null ? null : new NativeArchive(url, folder);
    }

    /** The folder of an artifact that lies unpacked, or null when it is a jar. */
    @Nullable Path unpacked() {
        return anchor.getProtocol().equals("file")
                ? Path.of(URI.create(anchor.toString())).getParent()
                : null;
    }

    /** The libraries whose names are wanted. */
    List<Entry> entries(Predicate<String> wanted) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (JarFile jar = open()) {
            jar.stream()
                    .filter(entry -> isLibrary(entry, wanted))
                    .forEach(
                            entry ->
                                    entries.add(
                                            new Entry(
                                                    nameOf(entry),
                                                    entry.getSize(),
                                                    entry.getCrc())));
        }
        return entries;
    }

    /** Writes the wanted libraries into a folder; the stream checks their CRC. */
    void unpack(Path target, Predicate<String> wanted) throws IOException {
        try (JarFile jar = open()) {
            for (JarEntry entry : jar.stream().filter(e -> isLibrary(e, wanted)).toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(
                            in, target.resolve(nameOf(entry)), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private boolean isLibrary(JarEntry entry, Predicate<String> wanted) {
        return entry.getName().startsWith(folder)
                && !entry.isDirectory()
                && wanted.test(nameOf(entry));
    }

    private String nameOf(JarEntry entry) {
        return entry.getName().substring(folder.length());
    }

    private JarFile open() throws IOException {
        URLConnection connection = anchor.openConnection();
        if (connection instanceof JarURLConnection jar) {
            // The cached JarFile is the class loader's own; closing it would break that.
            jar.setUseCaches(false);
            return jar.getJarFile();
        }
        throw new IOException(anchor + " is not in a jar");
    }
}
