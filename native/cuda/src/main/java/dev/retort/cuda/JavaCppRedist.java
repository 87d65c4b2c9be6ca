package dev.retort.cuda;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * NVIDIA's libraries in JavaCPP's artifact {@code org.bytedeco:cuda-redist}. They are plain entries
 * of a jar, so no class of JavaCPP is needed: the entry is copied once into the user's cache and
 * loaded from there.
 */
final class JavaCppRedist {
    private final LibrarySearch search;
    private final ClassLoader loader;

    /**
     * @param search names the platform and the cache
     * @param loader sees the artifact if it is on the class path
     */
    JavaCppRedist(LibrarySearch search, ClassLoader loader) {
        this.search = search;
        this.loader = loader;
    }

    /**
     * The library as a file, with what it opens by itself beside it.
     *
     * @return the file, or null when the artifact is not on the class path
     * @throws IOException when the entry cannot be copied
     */
    @Nullable Path file(CudaLibrary library) throws IOException {
        for (String name : library.fileNames()) {
            String resource = "org/bytedeco/cuda/" + search.platform() + "/" + name;
            URL url = loader.getResource(resource);
            if (url != null) {
                return file(url, resource);
            }
        }
        return null;
    }

    private Path file(URL url, String resource) throws IOException {
        URLConnection connection = url.openConnection();
        if (!(connection instanceof JarURLConnection jarConnection)) {
            // An unpacked artifact: its files lie beside each other already.
            return Path.of(URI.create(url.toString()));
        }
        // The cached JarFile is the class loader's own; closing it would break that.
        jarConnection.setUseCaches(false);
        try (JarFile jar = jarConnection.getJarFile()) {
            JarEntry entry = jar.getJarEntry(resource);
            Path folder = privateFolder(entry);
            String builtins = builtinsPrefix(resource);
            if (builtins != null) {
                for (JarEntry other :
                        jar.stream().filter(e -> e.getName().startsWith(builtins)).toList()) {
                    copy(jar, other, folder);
                }
            }
            return copy(jar, entry, folder);
        }
    }

    private static @Nullable String builtinsPrefix(String resource) {
        int name = resource.lastIndexOf('/') + 1;
        return resource.startsWith("libnvrtc.so", name)
                ? resource.substring(0, name) + "libnvrtc-builtins.so"
                : null;
    }

    /** One folder per content, so that two versions of the artifact never mix. */
    private Path privateFolder(JarEntry entry) throws IOException {
        Path folder = search.cache().resolve("%08x-%d".formatted(entry.getCrc(), entry.getSize()));
        // What lies here is run as code: nobody but the user may write it.
        return Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Path copy(JarFile jar, JarEntry entry, Path folder) throws IOException {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        Path target = folder.resolve(name);
        if (Files.isRegularFile(target) && Files.size(target) == entry.getSize()) {
            return target;
        }
        Path part = Files.createTempFile(folder, name, ".part");
        try {
            try (InputStream in = jar.getInputStream(entry)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            // Another process may have been as fast; both copies are the same.
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return target;
    }
}
