package dev.retort.examples;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.Cupti;
import dev.retort.cuda.DriverFeature;
import dev.retort.cuda.LoadedLibrary;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.NvmlFeature;
import dev.retort.cuda.Nvrtc;
import dev.retort.device.CpuDevice;
import dev.retort.device.Reading;
import dev.retort.device.blas.Blas;
import dev.retort.device.collective.Nccl;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.VisibleDevices;
import dev.retort.examples.MachineInventory.Gpu;
import dev.retort.examples.MachineInventory.Gpus;
import dev.retort.examples.MachineInventory.HiddenGpu;
import dev.retort.examples.MachineInventory.Library;
import dev.retort.examples.MachineInventory.MissingFeature;
import dev.retort.examples.MachineInventory.Processor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks at this machine. Nothing here throws: what is absent says why. */
final class InventoryReader {
    private InventoryReader() {}

    static MachineInventory read() {
        return new MachineInventory(processor(), gpus(), TorchReader.read(), libraries());
    }

    private static Processor processor() {
        CpuDevice cpu = CpuDevice.host();
        @Nullable Long memory =
                cpu.memoryBytes() instanceof Reading.Measured measured
                        ? Long.valueOf((long) measured.value())
                        : null;
        return switch (energy()) {
            case Reading.Measured joules ->
                    new Processor(cpu.name(), cpu.cores(), memory, joules.source(), null);
            case Reading.Absent(String reason) ->
                    new Processor(cpu.name(), cpu.cores(), memory, null, reason);
        };
    }

    private static Reading energy() {
        try (CpuCounters counters = CpuCounters.host()) {
            return counters.read(Counter.PACKAGE_ENERGY);
        }
    }

    private static Gpus gpus() {
        @Nullable String visible = VisibleDevices.of(System.getenv()).sentence().orElse(null);
        return switch (Devices.probe()) {
            case Unavailable<Devices>(List<String> reasons) ->
                    new Gpus(List.of(), List.of(), visible, reasons);
            case Available<Devices>(Devices devices) ->
                    new Gpus(
                            devices.all().stream().map(InventoryReader::gpu).toList(),
                            devices.hidden().stream()
                                    .map(
                                            one ->
                                                    new HiddenGpu(
                                                            one.index(),
                                                            one.name(),
                                                            one.uuid(),
                                                            one.pciAddress().toString()))
                                    .toList(),
                            visible,
                            List.of());
        };
    }

    private static Gpu gpu(Device device) {
        Device.Identity identity = device.identity();
        return new Gpu(
                identity.ordinal(),
                identity.nvmlIndex().optional().orElse(null),
                identity.name(),
                identity.kind().name(),
                device.nvmlUuid().optional().orElse(null),
                identity.pciAddress().toString(),
                device.computeCapability().toString(),
                device.limits().multiprocessors(),
                device.totalMemoryBytes());
    }

    private static List<Library> libraries() {
        List<Library> libraries = new ArrayList<>();
        libraries.add(driver());
        libraries.add(nvml());
        libraries.add(
                library(
                        "NVRTC",
                        Nvrtc.probe(),
                        Nvrtc::library,
                        nvrtc -> nvrtc.version().toString()));
        libraries.add(
                library(
                        "CUPTI",
                        Cupti.probe(),
                        Cupti::library,
                        cupti -> "API " + cupti.apiVersion()));
        libraries.add(preset("cuBLASLt", Blas.probe(), Blas::version));
        libraries.add(preset("NCCL", Nccl.probe(), Nccl::version));
        return libraries;
    }

    private static Library driver() {
        Availability<CudaDriver> probed = CudaDriver.probe();
        List<MissingFeature> missing = new ArrayList<>();
        if (probed instanceof Available<CudaDriver>(CudaDriver driver)) {
            for (DriverFeature feature : DriverFeature.values()) {
                addMissing(missing, feature, driver.availability(feature));
            }
        }
        return with(
                missing,
                library(
                        "CUDA driver",
                        probed,
                        CudaDriver::library,
                        driver -> "CUDA " + driver.version()));
    }

    private static Library nvml() {
        Availability<Nvml> opened = Nvml.open();
        try {
            List<MissingFeature> missing = new ArrayList<>();
            if (opened instanceof Available<Nvml>(Nvml nvml)) {
                for (NvmlFeature feature : NvmlFeature.values()) {
                    addMissing(missing, feature, nvml.availability(feature));
                }
            }
            return with(
                    missing,
                    library(
                            "NVML",
                            opened,
                            Nvml::library,
                            nvml -> "driver " + nvml.driverVersion()));
        } finally {
            opened.optional().ifPresent(Nvml::close);
        }
    }

    private static void addMissing(
            List<MissingFeature> missing, Enum<?> feature, Availability<?> availability) {
        List<String> reasons = availability.absenceReasons();
        if (!reasons.isEmpty()) {
            missing.add(new MissingFeature(feature.name(), String.join("; ", reasons)));
        }
    }

    private static Library with(List<MissingFeature> missing, Library library) {
        return new Library(
                library.name(),
                library.version(),
                library.origin(),
                library.file(),
                library.absentBecause(),
                missing);
    }

    private static <T> Library library(
            String name,
            Availability<T> probed,
            Function<T, LoadedLibrary> loaded,
            Function<T, String> version) {
        return switch (probed) {
            case Unavailable<T>(List<String> reasons) -> absent(name, reasons);
            case Available<T>(T value) ->
                    new Library(
                            name,
                            orReason(() -> version.apply(value)),
                            loaded.apply(value).origin().label(),
                            loaded.apply(value).file().toString(),
                            List.of(),
                            List.of());
        };
    }

    private static <T> Library preset(
            String name, Availability<T> probed, Function<T, String> version) {
        return switch (probed) {
            case Unavailable<T>(List<String> reasons) -> absent(name, reasons);
            case Available<T>(T value) ->
                    new Library(
                            name,
                            version.apply(value),
                            "JavaCPP preset",
                            null,
                            List.of(),
                            List.of());
        };
    }

    private static Library absent(String name, List<String> reasons) {
        return new Library(name, null, null, null, reasons, List.of());
    }

    private static String orReason(Supplier<String> version) {
        try {
            return version.get();
        } catch (CudaException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
