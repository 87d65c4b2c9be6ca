package dev.retort.torch.abi;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * libtorch from JavaCPP's artifacts. libtorch opens files that lie beside it, so its libraries and
 * those of its BLAS are unpacked once into one folder of the user's cache. The folder is named by
 * what is in it and appears by one rename, so that two processes that start at once cannot see a
 * half of it.
 */
final class BytedecoLibtorch {
    /** The name that libtorch asks the loader for, whatever BLAS it then gets. */
    private static final String BLAS_NAME = "libopenblas.so.0";

    private static final String MKL_ENTRY = "libmkl_rt.so.2";
    private final ClassLoader loader;
    private final Path cache;
    private final Blas preferred;

    /**
     * @param loader sees the artifacts if they are on the class path
     * @param cache the folder below which the libraries are kept
     * @param preferred the BLAS that is taken if both are there
     */
    BytedecoLibtorch(ClassLoader loader, Path cache, Blas preferred) {
        this.loader = loader;
        this.cache = cache;
        this.preferred = preferred;
    }

    /**
     * Finds and unpacks the artifacts.
     *
     * @param reasons receives why there is none
     * @return libtorch, or null
     */
    @Nullable LibtorchLocation find(List<String> reasons) {
        NativeArchive torch = archive("pytorch", "", LibtorchLocation.LIBRARY);
        NativeArchive torchGpu = archive("pytorch", "-gpu", LibtorchLocation.LIBRARY);
        NativeArchive chosen = torchGpu == null ? torch : torchGpu;
        if (chosen == null) {
            reasons.add(LibtorchOrigin.BYTEDECO.label() + ": none for linux-x86_64");
            return null;
        }
        NativeArchive mkl = archive("mkl", "", MKL_ENTRY);
        NativeArchive openblas = archive("openblas", "", BLAS_NAME);
        try {
            if (mkl != null && (preferred == Blas.MKL || openblas == null)) {
                return location(chosen, mkl, BytedecoLibtorch::ofMkl, Blas.MKL);
            }
            if (openblas != null) {
                return location(chosen, openblas, BytedecoLibtorch::ofOpenBlas, Blas.OPENBLAS);
            }
            reasons.add(
                    LibtorchOrigin.BYTEDECO.label()
                            + ": neither org.bytedeco:mkl (classifier linux-x86_64-redist) nor"
                            + " org.bytedeco:openblas (classifier linux-x86_64) is beside it");
        } catch (IOException e) {
            reasons.add(LibtorchOrigin.BYTEDECO.label() + ": cannot be unpacked: " + e);
        }
        return null;
    }

    private @Nullable NativeArchive archive(String artifact, String form, String library) {
        return NativeArchive.find(
                loader, "org/bytedeco/" + artifact + "/linux-x86_64" + form + "/", library);
    }

    private LibtorchLocation location(
            NativeArchive torch, NativeArchive blasArchive, Predicate<String> blasNames, Blas blas)
            throws IOException {
        List<NativeArchive.Entry> entries =
                new ArrayList<>(torch.entries(BytedecoLibtorch::ofTorch));
        entries.addAll(blasArchive.entries(blasNames));
        Path folder = cache.resolve("libtorch-" + fingerprint(entries));
        if (!complete(folder, entries)) {
            Files.createDirectories(
                    cache,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path part = Files.createTempDirectory(cache, "part-");
            try {
                torch.unpack(part, BytedecoLibtorch::ofTorch);
                blasArchive.unpack(part, blasNames);
                if (blas == Blas.MKL) {
                    Files.createSymbolicLink(part.resolve(BLAS_NAME), Path.of(MKL_ENTRY));
                }
                publish(part, folder, entries);
            } finally {
                delete(part);
            }
        }
        return new LibtorchLocation(folder, LibtorchOrigin.BYTEDECO, blas);
    }

    private static boolean ofTorch(String name) {
        return name.matches("lib(torch|c10|gomp|nvrtc|cu).*\\.so.*") && !name.contains("jni");
    }

    /** Intel's own OpenMP and what needs it is left out: libtorch brings GNU's. */
    private static boolean ofMkl(String name) {
        return name.matches("libmkl_.*\\.so\\.2") && !name.equals("libmkl_intel_thread.so.2");
    }

    private static boolean ofOpenBlas(String name) {
        return name.matches("lib(openblas|gfortran|quadmath|gcc_s)\\.so\\.\\d+");
    }

    /** Moves a complete folder to its place unless another process was as fast. */
    private static void publish(Path part, Path folder, List<NativeArchive.Entry> entries)
            throws IOException {
        if (Files.exists(folder) && !complete(folder, entries)) {
            // Damaged from outside: out of the way, under a name that is deleted below.
            Path damaged = Files.createTempDirectory(folder.getParent(), "part-");
            Files.move(folder, damaged.resolve("damaged"), StandardCopyOption.ATOMIC_MOVE);
            delete(damaged);
        }
        try {
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!complete(folder, entries)) {
                throw e;
            }
        }
    }

    private static boolean complete(Path folder, List<NativeArchive.Entry> entries)
            throws IOException {
        for (NativeArchive.Entry entry : entries) {
            Path file = folder.resolve(entry.name());
            if (!Files.isRegularFile(file) || Files.size(file) != entry.size()) {
                return false;
            }
        }
        return true;
    }

    private static String fingerprint(List<NativeArchive.Entry> entries) {
        CRC32 crc = new CRC32();
        long size = 0;
        for (NativeArchive.Entry entry : entries) {
            crc.update(
                    (entry.name() + entry.crc() + entry.size()).getBytes(StandardCharsets.UTF_8));
            size += entry.size();
        }
        return "%08x-%d".formatted(crc.getValue(), size);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.isDirectory(file)) {
                    delete(file);
                } else {
                    Files.delete(file);
                }
            }
        }
        Files.delete(folder);
    }
}
