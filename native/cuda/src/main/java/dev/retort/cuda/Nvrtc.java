package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.nvrtc.nvrtc_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * NVIDIA's run-time compiler: CUDA C++ to PTX or machine code, without a device or a driver.
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
                    "nvrtcGetCUBINSize",
                    "nvrtcGetCUBIN",
                    "nvrtcAddNameExpression",
                    "nvrtcGetLoweredName",
                    "nvrtcDestroyProgram");

    private final LoadedLibrary library;

    private Nvrtc(LoadedLibrary library) {
        this.library = library;
    }

    /**
     * What a compilation made.
     *
     * @param image the code: PTX with a zero byte behind it or, for an architecture of the form
     *     {@code sm_90}, machine code; on the Java heap, read-only
     * @param loweredNames the names in the device code of the expressions that were asked for
     * @param log warnings of the compiler, or empty
     */
    public record Compilation(MemorySegment image, Map<String, String> loweredNames, String log) {
        /** Copies the names. */
        public Compilation {
            loweredNames = Map.copyOf(loweredNames);
        }

        /**
         * The code as text, when it was compiled for an architecture of the form {@code
         * compute_80}.
         *
         * @return PTX
         */
        public String ptx() {
            return image.getString(0);
        }
    }

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
     * Compiles a program that needs no mangled names.
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
        return compile(source, fileName, options, List.of());
    }

    /**
     * Compiles a program.
     *
     * @param source CUDA C++
     * @param fileName what the compiler's messages call the source
     * @param options as on the compiler's command line; {@code --gpu-architecture=compute_80} makes
     *     PTX, {@code --gpu-architecture=sm_80} machine code
     * @param nameExpressions C++ expressions that name kernels or variables, such as {@code
     *     scale<float>}; a template is instantiated by being named
     * @return the code, the names of the expressions in it, and the warnings
     * @throws CudaException with the compiler's log in its text when the source, an option or an
     *     expression is not accepted
     */
    public Compilation compile(
            String source, String fileName, List<String> options, List<String> nameExpressions) {
        try (Arena arena = Arena.ofConfined();
                Program program = Program.create(arena, source, fileName)) {
            for (String expression : nameExpressions) {
                program.addName(arena, expression);
            }
            MemorySegment pointers =
                    arena.allocate(ValueLayout.ADDRESS, Math.max(1, options.size()));
            for (int i = 0; i < options.size(); i++) {
                pointers.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(options.get(i)));
            }
            int code = nvrtc_h.nvrtcCompileProgram(program.handle(), options.size(), pointers);
            String log = program.log(arena);
            check(code, "nvrtcCompileProgram", log);
            Map<String, String> names = new HashMap<>();
            for (String expression : nameExpressions) {
                names.put(expression, program.loweredName(arena, expression));
            }
            return new Compilation(program.image(arena), names, log);
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

        void addName(Arena arena, String expression) {
            check(
                    nvrtc_h.nvrtcAddNameExpression(handle(), arena.allocateFrom(expression)),
                    "nvrtcAddNameExpression",
                    "expression \"" + expression + "\"");
        }

        String loweredName(Arena arena, String expression) {
            MemorySegment out = arena.allocate(nvrtc_h.C_POINTER);
            check(
                    nvrtc_h.nvrtcGetLoweredName(handle(), arena.allocateFrom(expression), out),
                    "nvrtcGetLoweredName",
                    "expression \"" + expression + "\"");
            return out.get(nvrtc_h.C_POINTER, 0).getString(0);
        }

        /** Machine code when the compiler made any, else PTX. */
        MemorySegment image(Arena arena) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            check(nvrtc_h.nvrtcGetCUBINSize(handle(), size), "nvrtcGetCUBINSize", "");
            long cubinBytes = size.get(ValueLayout.JAVA_LONG, 0);
            if (cubinBytes > 0) {
                MemorySegment cubin = arena.allocate(cubinBytes);
                check(nvrtc_h.nvrtcGetCUBIN(handle(), cubin), "nvrtcGetCUBIN", "");
                return onHeap(cubin);
            }
            check(nvrtc_h.nvrtcGetPTXSize(handle(), size), "nvrtcGetPTXSize", "");
            MemorySegment ptx = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
            check(nvrtc_h.nvrtcGetPTX(handle(), ptx), "nvrtcGetPTX", "");
            return onHeap(ptx);
        }

        private static MemorySegment onHeap(MemorySegment code) {
            return MemorySegment.ofArray(code.toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
        }

        @Override
        public void close() {
            check(nvrtc_h.nvrtcDestroyProgram(slot), "nvrtcDestroyProgram", "");
        }
    }
}
