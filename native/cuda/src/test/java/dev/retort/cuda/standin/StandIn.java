package dev.retort.cuda.standin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A simulated machine with NVIDIA devices: the stand-in libraries, built, and the means to steer
 * them. One instance per JVM, since the libraries can be loaded only once.
 */
public final class StandIn {
    /** The devices that {@link #reset} leaves. */
    public static final int DEVICES = 2;

    /** The memory of each device that {@link #reset} leaves. */
    public static final long MEMORY_BYTES = 64 << 20;

    private static final List<String> SOURCES =
            List.of(
                    "control.c",
                    "cupti.c",
                    "driver.h",
                    "driver_device.c",
                    "driver_kernels.c",
                    "driver_memory.c",
                    "driver_module.c",
                    "driver_work.c",
                    "nvml.c",
                    "nvml.h",
                    "nvml_activity.c",
                    "nvml_sensors.c",
                    "nvrtc.c",
                    "standin.h");

    // The layout of struct control in standin.h.
    private static final int DEVICE_COUNT = 0;
    private static final int DEVICE_MEMORY = 8;
    private static final int LOST_DEVICE = 16;
    private static final int MIG = 24;
    private static final int FIRST_COUNTER = 32;
    private static final int FIRST_FAULT = 144;
    private static final int FAULT_BYTES = 72;
    private static final int FAULTS = 4;
    private static final int FUNCTION_NAME = 48;
    private static final int VISIBLE = FIRST_FAULT + FAULTS * FAULT_BYTES;
    private static final int VISIBLE_BYTES = 256;
    private static final int CLOCK = VISIBLE + VISIBLE_BYTES;
    private static final int WORK = CLOCK + Long.BYTES;
    private static final int LAUNCH = WORK + Long.BYTES;
    private static final int CONTROL_BYTES = LAUNCH + Long.BYTES;

    private final Path folder;
    private final MappedByteBuffer control;
    private final StandInNvml nvml;
    private int faults;

    private StandIn(Path folder, MappedByteBuffer control, StandInNvml nvml) {
        this.folder = folder;
        this.control = control;
        this.nvml = nvml;
    }

    /** Which driver to simulate. */
    public enum Variant {
        /** One that has all bound functions. */
        CURRENT,
        /** CUDA 11.1: some functions are missing and some have their old names. */
        OLDER
    }

    /** What the stand-in counts. The order is that of struct control in standin.h. */
    public enum Counter {
        /** Calls of any function. */
        CALLS,
        /** Blocks of device memory. */
        ALLOCATIONS,
        /** Bytes of device memory. */
        BYTES,
        /** Blocks of page-locked memory. */
        PINNED,
        /** Streams. */
        STREAMS,
        /** Events. */
        EVENTS,
        /** Modules. */
        MODULES,
        /** Graphs. */
        GRAPHS,
        /** Executable graphs. */
        EXECUTABLES,
        /** References to primary contexts. */
        PRIMARY_REFERENCES,
        /** Initialisations of NVML. */
        NVML_USERS,
        /** Launches of kernels and graphs. */
        LAUNCHES,
        /** Memory pools that were created. */
        POOLS,
        /** Accesses of one context to another. */
        PEER_LINKS;

        /** Whether it must be 0 when everything was given back. */
        boolean counts() {
            return this != CALLS && this != LAUNCHES;
        }
    }

    /** Whether there is a compiler to build the stand-in with. */
    public static boolean compilerPresent() {
        try {
            return run(List.of("gcc", "--version"), Path.of("."), new StringBuilder()) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Builds the libraries in a folder of this process's own and maps their control file.
     *
     * @param variant which driver
     * @param parent where the folder is made, as a rule under {@code target}
     * @return the stand-in
     * @throws IOException when it cannot be built
     */
    public static StandIn build(Variant variant, Path parent) throws IOException {
        String name = variant.name().toLowerCase(Locale.ROOT);
        Path folder =
                Files.createDirectories(parent.resolve(name + "-" + ProcessHandle.current().pid()))
                        .toAbsolutePath();
        for (String source : SOURCES) {
            try (InputStream in =
                    Objects.requireNonNull(StandIn.class.getResourceAsStream(source), source)) {
                Files.write(folder.resolve(source), in.readAllBytes());
            }
        }
        compile(
                variant,
                folder,
                "libcuda.so.1",
                "control.c",
                "driver_device.c",
                "driver_kernels.c",
                "driver_memory.c",
                "driver_module.c",
                "driver_work.c");
        compile(
                variant,
                folder,
                "libnvidia-ml.so.1",
                "control.c",
                "nvml.c",
                "nvml_activity.c",
                "nvml_sensors.c");
        compile(variant, folder, "libnvrtc.so.13", "control.c", "nvrtc.c");
        compile(variant, folder, "libcupti.so.13", "control.c", "cupti.c");
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("standin.control"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MappedByteBuffer control = file.map(MapMode.READ_WRITE, 0, CONTROL_BYTES);
            control.order(ByteOrder.nativeOrder());
            StandIn standIn = new StandIn(folder, control, StandInNvml.map(folder));
            standIn.reset();
            return standIn;
        }
    }

    private static void compile(Variant variant, Path folder, String library, String... sources)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "gcc",
                                "-std=gnu11",
                                "-O1",
                                "-Wall",
                                "-Wextra",
                                "-Werror",
                                "-fPIC",
                                "-fvisibility=hidden",
                                "-shared",
                                "-Wl,-soname," + library,
                                "-o",
                                library));
        if (variant == Variant.OLDER) {
            command.add("-DOLDER_DRIVER");
        }
        command.addAll(Arrays.asList(sources));
        // Before glibc 2.34, dladdr was in a library of its own.
        command.add("-ldl");
        StringBuilder output = new StringBuilder();
        if (run(command, folder, output) != 0) {
            throw new IOException(String.join(" ", command) + "\n" + output);
        }
    }

    static int run(List<String> command, Path folder, StringBuilder output) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (InputStream in = process.getInputStream()) {
            output.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            if (process.waitFor(60, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException("no end after 60 s: " + command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + command, e);
        } finally {
            process.destroy();
        }
    }

    /** Tells the library probing to take the stand-in; to be called before the first probe. */
    public void install() {
        System.setProperty("dev.retort.cuda.driver", library("libcuda.so.1").toString());
        System.setProperty("dev.retort.cuda.nvml", library("libnvidia-ml.so.1").toString());
    }

    /**
     * A built library.
     *
     * @param name its file name
     * @return its path, absolute
     */
    public Path library(String name) {
        return folder.resolve(name);
    }

    /** Two healthy devices and no faults. The counters keep their values. */
    public void reset() {
        control.putLong(DEVICE_COUNT, DEVICES);
        control.putLong(DEVICE_MEMORY, MEMORY_BYTES);
        control.putLong(LOST_DEVICE, 0);
        control.putLong(MIG, 0);
        for (int i = FIRST_FAULT; i < CONTROL_BYTES; i++) {
            control.put(i, (byte) 0);
        }
        faults = 0;
        nvml.reset();
    }

    /** {@return what NVML reads of the devices} */
    public StandInNvml nvml() {
        return nvml;
    }

    /**
     * Loses a device, for the driver and for NVML.
     *
     * @param ordinal the device
     */
    public void loseDevice(int ordinal) {
        control.putLong(LOST_DEVICE, ordinal + 1L);
    }

    /**
     * Sets how many devices the machine has.
     *
     * @param count at most 8
     */
    public void setDevices(int count) {
        control.putLong(DEVICE_COUNT, count);
    }

    /** Lets the driver show one MIG instance of each device instead of the device. */
    public void showMigInstances() {
        control.putLong(MIG, 1);
    }

    /**
     * Sets what the driver takes for CUDA_VISIBLE_DEVICES, which a process cannot change itself.
     *
     * @param devices the list, not empty
     */
    public void setVisibleDevices(String devices) {
        byte[] list = devices.getBytes(StandardCharsets.US_ASCII);
        if (list.length == 0 || list.length >= VISIBLE_BYTES) {
            throw new IllegalArgumentException("no list of devices: \"" + devices + "\"");
        }
        control.put(VISIBLE, list);
    }

    /**
     * Stops the clock of the devices, which is that of {@link System#nanoTime()} otherwise.
     *
     * @param nanos what it shows from now on, positive
     */
    public void setClock(long nanos) {
        if (nanos <= 0) {
            throw new IllegalArgumentException("expected a positive time, found " + nanos);
        }
        control.putLong(CLOCK, nanos);
    }

    /**
     * Lets work take time, simulated: each piece that is submitted keeps its stream busy for as
     * long, after what is in the stream. What it does is done at once.
     *
     * @param nanos how long, in nanoseconds; not negative
     */
    public void setWorkNanos(long nanos) {
        control.putLong(WORK, nanos);
    }

    /**
     * Lets the clock, once it is set, go with what the host does: by as much for each launch of a
     * graph, and up to the end of the work for which it waits.
     *
     * @param nanos how long a launch takes the host, in nanoseconds
     */
    public void setLaunchNanos(long nanos) {
        control.putLong(LAUNCH, nanos);
    }

    /**
     * Lets a function fail.
     *
     * @param function its exported name
     * @param code what it returns
     * @param calls how many calls fail; negative for all
     */
    public void fail(String function, int code, long calls) {
        fault(function, code, calls, 0);
    }

    /**
     * Lets a function take its time.
     *
     * @param function its exported name
     * @param micros how long, in microseconds
     * @param calls how many calls are slow; negative for all
     */
    public void slow(String function, long micros, long calls) {
        fault(function, 0, calls, micros);
    }

    private void fault(String function, int code, long calls, long micros) {
        byte[] name = function.getBytes(StandardCharsets.US_ASCII);
        if (faults == FAULTS || name.length >= FUNCTION_NAME) {
            throw new IllegalArgumentException("no room for a fault of " + function);
        }
        int at = FIRST_FAULT + faults++ * FAULT_BYTES;
        control.putLong(at + FUNCTION_NAME, code);
        control.putLong(at + FUNCTION_NAME + Long.BYTES, calls);
        control.putLong(at + FUNCTION_NAME + 2 * Long.BYTES, micros);
        control.put(at, name);
    }

    /**
     * What the stand-in has counted.
     *
     * @param counter which
     * @return its value now
     */
    public long count(Counter counter) {
        return control.getLong(
                FIRST_COUNTER + Arrays.asList(Counter.values()).indexOf(counter) * Long.BYTES);
    }

    /** What is alive and should not be, in words; empty when all was given back. */
    List<String> leaks() {
        return Stream.concat(
                        Arrays.stream(Counter.values())
                                .filter(counter -> counter.counts() && count(counter) != 0)
                                .map(counter -> counter + "=" + count(counter)),
                        nvml.leaks().stream())
                .toList();
    }
}
