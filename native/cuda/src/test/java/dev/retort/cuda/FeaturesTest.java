package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.ffi.driver.cuda_h;
import dev.retort.cuda.ffi.nvml.nvml_h;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class FeaturesTest {
    @ParameterizedTest
    @EnumSource
    void oneMissingFunctionTakesOneFeatureAway(DriverFeature feature) {
        for (String symbol : feature.symbols()) {
            Set<String> names = Set.of(symbol.split("\\|", -1));
            Features<DriverFeature> features =
                    new Features<>(
                            CudaLibrary.DRIVER,
                            DriverFeature.class,
                            exported -> !names.contains(exported));
            for (DriverFeature other : DriverFeature.values()) {
                assertEquals(
                        other.symbols().contains(symbol),
                        !features.availability(other).absenceReasons().isEmpty(),
                        () -> symbol + " and " + other);
            }
            assertEquals(
                    symbol,
                    assertThrows(NotSupportedException.class, () -> features.require(feature))
                            .function());
        }
    }

    @Test
    void eitherNameIsEnough() {
        for (String name : List.of("cuEventElapsedTime", "cuEventElapsedTime_v2")) {
            Features<DriverFeature> features =
                    new Features<>(CudaLibrary.DRIVER, DriverFeature.class, name::equals);
            assertDoesNotThrow(() -> features.require(DriverFeature.EVENT_TIMING));
        }
    }

    @Test
    void aReasonNamesBothNames() {
        Features<NvmlFeature> features =
                new Features<>(CudaLibrary.NVML, NvmlFeature.class, _ -> false);
        assertEquals(
                List.of(
                        "the installed driver has no nvmlDeviceGetTemperatureV or"
                                + " nvmlDeviceGetTemperature"),
                features.availability(NvmlFeature.TEMPERATURE).absenceReasons());
        assertEquals(
                "NVML_ERROR_FUNCTION_NOT_FOUND",
                assertThrows(
                                NotSupportedException.class,
                                () -> features.require(NvmlFeature.TEMPERATURE))
                        .name());
    }

    /** A misspelt name would take a feature away on every machine. */
    @Test
    void everyFunctionIsBound() {
        Set<String> linkedByHand =
                Set.of(
                        "cuEventElapsedTime",
                        "cuFuncGetParamInfo",
                        "cuMemPoolSetAccess",
                        "nvmlDeviceGetComputeRunningProcesses_v2",
                        "nvmlDeviceGetCurrentClocksThrottleReasons");
        Set<String> bound = new HashSet<>(linkedByHand);
        for (Class<?> bindings : List.of(cuda_h.class, nvml_h.class)) {
            Arrays.stream(bindings.getMethods()).map(Method::getName).forEach(bound::add);
        }
        Set<String> used =
                Stream.concat(
                                Arrays.stream(DriverFeature.values()),
                                Arrays.stream(NvmlFeature.values()))
                        .flatMap(feature -> ((RequiredSymbols) feature).symbols().stream())
                        .flatMap(symbol -> Arrays.stream(symbol.split("\\|", -1)))
                        .collect(Collectors.toSet());
        assertFalse(used.isEmpty());
        used.removeAll(bound);
        assertEquals(Set.of(), used);
    }
}
