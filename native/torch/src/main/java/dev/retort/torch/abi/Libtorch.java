package dev.retort.torch.abi;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The libtorch that is loaded into this process and stays loaded until it ends.
 *
 * <p>Two versions of libtorch bear the same library names and cannot share a process, so there is
 * one at most, and none is loaded where another is loaded already, for example by DJL's PyTorch
 * engine.
 */
public final class Libtorch {
    /** The system property that says how many threads one operator may use. */
    public static final String THREADS = "dev.retort.torch.threads";

    private static @Nullable Availability<Libtorch> probed;

    /** Stays true: a libtorch is never unloaded. */
    private static boolean elsewhere;

    private final LibtorchLocation location;
    private final LibtorchVersion version;
    private final long abiVersion;
    private final boolean cuda;
    private final SymbolLookup symbols;

    private Libtorch(
            LibtorchLocation location, long abiVersion, boolean cuda, SymbolLookup symbols) {
        this.location = location;
        this.version = LibtorchVersion.ofAbi(abiVersion);
        this.abiVersion = abiVersion;
        this.cuda = cuda;
        this.symbols = symbols;
    }

    /**
     * Finds libtorch and loads it. The first call does the work, under a lock; later calls return
     * the same answer, since a library cannot be exchanged in a running process.
     *
     * @return the library, or why it is absent, one sentence for each place; never an exception
     */
    public static synchronized Availability<Libtorch> probe() {
        Availability<Libtorch> known = probed;
        if (known == null) {
            known = load();
            probed = known;
        }
        return known;
    }

    /** Whether this process has a libtorch that something else has loaded. */
    public static synchronized boolean isElsewhere() {
        if (!elsewhere && probe() instanceof Unavailable) {
            elsewhere = mapped() != null;
        }
        return elsewhere;
    }

    /** The loaded library, for the classes that are used only after a successful probe. */
    static Libtorch loaded() {
        return switch (probe()) {
            case Available<Libtorch>(Libtorch libtorch) -> libtorch;
            case Unavailable<Libtorch>(List<String> reasons) ->
                    throw new IllegalStateException(String.join("; ", reasons));
        };
    }

    /** Where it was found. */
    public LibtorchLocation location() {
        return location;
    }

    /** Its version, as the library itself says. */
    public LibtorchVersion version() {
        return version;
    }

    /** Whether its CUDA part is there and could be loaded; a device need not be there. */
    public boolean cuda() {
        return cuda;
    }

    /** The version in the form in which the dispatcher takes it. */
    long abiVersion() {
        return abiVersion;
    }

    Optional<MemorySegment> find(String symbol) {
        return symbols.find(symbol);
    }

    private static Availability<Libtorch> load() {
        Module module = Libtorch.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return new Unavailable<>(
                    "native access is not enabled; start Java with --enable-native-access="
                            + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        String other = mapped();
        if (other != null) {
            return new Unavailable<>(
                    "another libtorch is loaded in this JVM already, "
                            + other
                            + ", and two cannot share a process: use one engine per JVM");
        }
        return switch (LibtorchSearch.ofProcess().find()) {
            case Unavailable<LibtorchLocation>(List<String> reasons) -> new Unavailable<>(reasons);
            case Available<LibtorchLocation>(LibtorchLocation location) -> load(location);
        };
    }

    private static Availability<Libtorch> load(LibtorchLocation location) {
        ProcessEnvironment.setIfAbsent(location.blas().environment());
        List<SymbolLookup> lookups = new ArrayList<>();
        try {
            lookups.add(SymbolLookup.libraryLookup(location.library(), Arena.global()));
            lookups.add(
                    SymbolLookup.libraryLookup(
                            location.folder().resolve("libc10.so"), Arena.global()));
        } catch (IllegalArgumentException _) {
            return new Unavailable<>(
                    location.library()
                            + " cannot be opened: "
                            + LoaderMessage.of(location.library()));
        }
        // Also where the version is refused: the library stays mapped.
        PyTorchGuard.install();
        boolean cuda = loadCuda(location, lookups);
        SymbolLookup symbols =
                lookups.stream().reduce(SymbolLookup::or).orElseThrow(AssertionError::new);
        return checked(location, cuda, symbols);
    }

    private static Availability<Libtorch> checked(
            LibtorchLocation location, boolean cuda, SymbolLookup symbols) {
        Optional<MemorySegment> abi = symbols.find("aoti_torch_abi_version");
        long version = abi.isEmpty() ? 0 : abiVersion(abi.get());
        if (!LibtorchVersion.ofAbi(version).supported()) {
            return new Unavailable<>(
                    location.library()
                            + " is "
                            + (version == 0
                                    ? "of an unknown old version"
                                    : "version " + LibtorchVersion.ofAbi(version))
                            + ", needed is "
                            + LibtorchVersion.OLDEST
                            + " or newer");
        }
        return new Available<>(new Libtorch(location, version, cuda, symbols));
    }

    private static long abiVersion(MemorySegment function) {
        MethodHandle handle =
                Linker.nativeLinker()
                        .downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_LONG));
        try {
            return (long) handle.invokeExact();
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** The CUDA kernels register themselves when their library is opened. */
    private static boolean loadCuda(LibtorchLocation location, List<SymbolLookup> lookups) {
        boolean loaded = false;
        for (String name : List.of("libc10_cuda.so", "libtorch_cuda.so")) {
            Path file = location.folder().resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    lookups.add(SymbolLookup.libraryLookup(file, Arena.global()));
                    loaded = true;
                } catch (IllegalArgumentException _) {
                    // A machine without the driver: the CPU part works all the same.
                    return false;
                }
            }
        }
        return loaded;
    }

    /** The libtorch that this process has mapped, if any. */
    static @Nullable String mapped() {
        try {
            // Not readAllLines: the paths of other mappings need not be valid UTF-8.
            byte[] maps = Files.readAllBytes(Path.of("/proc/self/maps"));
            return new String(maps, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.endsWith("/" + LibtorchLocation.LIBRARY))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .orElse(null);
        } catch (IOException _) {
            return null;
        }
    }
}
