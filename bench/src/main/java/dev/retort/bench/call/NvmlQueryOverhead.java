package dev.retort.bench.call;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.NvmlSensors;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real query of NVML, the power of the first GPU, by the typed call of {@code retort-cuda} with
 * all its checks, and in a loop in C. It needs a GPU, gcc, g++ and a JDK.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar NvmlQueryOverhead}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class NvmlQueryOverhead {
    private static final int CALLS = 100;

    private Nvml nvml;
    private NvmlSensors sensors;
    private long device;
    private MemorySegment query;

    /** Opens NVML and finds its function. */
    @Setup(Level.Trial)
    @SuppressWarnings("restricted") // to look up what C calls
    public void setUp() {
        nvml =
                switch (Nvml.open()) {
                    case Available<Nvml>(Nvml opened) -> opened;
                    case Unavailable<Nvml>(List<String> reasons) ->
                            throw new IllegalStateException("no GPU: " + reasons);
                };
        sensors = nvml.sensors();
        device = nvml.deviceByIndex(0);
        query =
                SymbolLookup.libraryLookup(nvml.library().file(), Arena.global())
                        .findOrThrow("nvmlDeviceGetPowerUsage");
        int status = floor();
        if (status != 0) {
            throw new IllegalStateException(
                    "nvmlDeviceGetPowerUsage: expected status 0, found " + status);
        }
    }

    /** Closes NVML. */
    @TearDown(Level.Trial)
    public void tearDown() {
        nvml.close();
    }

    /**
     * From C.
     *
     * @return the status, 0
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int floor() {
        return TrivialPanama.floorQuery(query, device, CALLS);
    }

    /**
     * By the typed call.
     *
     * @return the sum of what was read
     */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long typed() {
        long sum = 0;
        for (int i = 0; i < CALLS; i++) {
            sum += sensors.powerMilliwatts(device);
        }
        return sum;
    }
}
