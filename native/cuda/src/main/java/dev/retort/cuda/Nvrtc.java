package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.nvrtc.nvrtc_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * NVIDIA's run-time compiler: CUDA C++ to PTX, without a device and without a driver.
 *
 * <p>All methods may be called from any thread; a compilation takes tens of milliseconds and more.
 * Failures are {@link CudaException}s; their {@link CudaException#code()} is an {@code
 * nvrtcResult}.
 */
public final class Nvrtc {
    private static final List<String> FUNCTIONS =
            List.of(
                    "nvrtcVersion",
                    "nvrtcGetErrorString",
                    "nvrtcCreateProgram",
                    "nvrtcCompileProgram",
                    "nvrtcGetProgramLogSize",
                    "nvrtcGetProgramLog",
                    "nvrtcGetPTXSize",
                    "nvrtcGetPTX",
                    "nvrtcDestroyProgram");

    private final LoadedLibrary library;

    private Nvrtc(LoadedLibrary library) {
        this.library = library;
    }

    /**
     * What a compilation made.
     *
     * @param ptx the code, for {@link CudaModules#load} with a zero byte behind it
     * @param log warnings of the compiler, or empty
     */
    public record Compilation(String ptx, String log) {}

    /**
     * Finds and loads the compiler.
     *
     * @return the compiler, or why it is absent; never an exception
     */
    public static Availability<Nvrtc> probe() {
        return switch (CudaLibrary.NVRTC.probe()) {
            case Available<LoadedLibrary>(LoadedLibrary library) -> complete(library);
            case Unavailable<LoadedLibrary>(List<String> reasons) -> new Unavailable<>(reasons);
        };
    }

    private static Availability<Nvrtc> complete(LoadedLibrary library) {
        List<String> missing =
                FUNCTIONS.stream()
                        .filter(function -> LibraryLoader.symbol(function).isEmpty())
                        .toList();
        return missing.isEmpty()
                ? new Available<>(new Nvrtc(library))
                : new Unavailable<>(library.file() + " has no " + String.join(", ", missing));
    }

    /**
     * The library behind this object.
     *
     * @return its file and where it was found
     */
    public LoadedLibrary library() {
        return library;
    }

    /**
     * The version of CUDA whose compiler this is.
     *
     * @return the version
     */
    public CudaVersion version() {
        MemorySegment out = Scratch.segment();
        check(nvrtc_h.nvrtcVersion(out, out.asSlice(Integer.BYTES)), "nvrtcVersion", "");
        return new CudaVersion(
                out.get(ValueLayout.JAVA_INT, 0), out.get(ValueLayout.JAVA_INT, Integer.BYTES));
    }

    /**
     * Compiles a program to PTX.
     *
     * @param source CUDA C++
     * @param fileName what the compiler's messages call the source
     * @param options as on the compiler's command line, for example {@code
     *     --gpu-architecture=compute_80}
     * @return the code and the warnings
     * @throws CudaException with the compiler's log in its text when the source or an option is not
     *     accepted
     */
    public Compilation compile(String source, String fileName, List<String> options) {
        try (Arena arena = Arena.ofConfined();
                Program program = Program.create(arena, source, fileName)) {
            MemorySegment pointers =
                    arena.allocate(ValueLayout.ADDRESS, Math.max(1, options.size()));
            for (int i = 0; i < options.size(); i++) {
                pointers.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(options.get(i)));
            }
            int code = nvrtc_h.nvrtcCompileProgram(program.handle(), options.size(), pointers);
            String log = program.log(arena);
            check(code, "nvrtcCompileProgram", log);
            return new Compilation(program.ptx(arena), log);
        }
    }

    private static void check(int code, String function, String detail) {
        if (code != 0) {
            // NVRTC names a code and does not describe it.
            MemorySegment name = nvrtc_h.nvrtcGetErrorString(code);
            List<String> text = new ArrayList<>();
            text.add("nvrtcResult " + code);
            if (!detail.isEmpty()) {
                text.add(detail);
            }
            throw new CudaException(
                    new Failure(function, code, name.getString(0), String.join("\n", text), false));
        }
    }

    /** A program of the compiler, owned: closing destroys it. */
    private record Program(MemorySegment slot) implements AutoCloseable {
        static Program create(Arena arena, String source, String fileName) {
            MemorySegment slot = arena.allocate(ValueLayout.ADDRESS);
            check(
                    nvrtc_h.nvrtcCreateProgram(
                            slot,
                            arena.allocateFrom(source),
                            arena.allocateFrom(fileName),
                            0,
                            MemorySegment.NULL,
                            MemorySegment.NULL),
                    "nvrtcCreateProgram",
                    "");
            return new Program(slot);
        }

        MemorySegment handle() {
            return slot.get(ValueLayout.ADDRESS, 0);
        }

        String log(Arena arena) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            check(nvrtc_h.nvrtcGetProgramLogSize(handle(), size), "nvrtcGetProgramLogSize", "");
            MemorySegment log = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
            check(nvrtc_h.nvrtcGetProgramLog(handle(), log), "nvrtcGetProgramLog", "");
            return log.getString(0).strip();
        }

        String ptx(Arena arena) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            check(nvrtc_h.nvrtcGetPTXSize(handle(), size), "nvrtcGetPTXSize", "");
            MemorySegment ptx = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
            check(nvrtc_h.nvrtcGetPTX(handle(), ptx), "nvrtcGetPTX", "");
            return ptx.getString(0);
        }

        @Override
        public void close() {
            check(nvrtc_h.nvrtcDestroyProgram(slot), "nvrtcDestroyProgram", "");
        }
    }
}
