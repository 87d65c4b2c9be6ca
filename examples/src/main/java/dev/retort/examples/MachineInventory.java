package dev.retort.examples;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a machine has for training, as {@code retort devices --json} writes it. Where something is
 * absent, the reasons say why.
 *
 * @param processor the processor
 * @param gpus the NVIDIA devices
 * @param torch the library that the engine Retort trains on
 * @param libraries NVIDIA's libraries
 */
record MachineInventory(Processor processor, Gpus gpus, Torch torch, List<Library> libraries) {
    /** Copies the list. */
    MachineInventory {
        libraries = List.copyOf(libraries);
    }

    /**
     * The processor.
     *
     * @param model its name
     * @param cores logical processors that the JVM may use
     * @param memoryBytes memory that the JVM may use; null when unknown
     * @param energyCounter where its joules are read; null when they cannot be
     * @param energyAbsent why they cannot be read; null when they can
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Processor(
            String model,
            int cores,
            @Nullable Long memoryBytes,
            @Nullable String energyCounter,
            @Nullable String energyAbsent) {}

    /**
     * The NVIDIA devices.
     *
     * @param devices those that this process can use, by ordinal
     * @param hidden those that NVML sees and this process cannot use
     * @param visibleDevices what CUDA_VISIBLE_DEVICES does; null when it is not set
     * @param absentBecause why there is no device; empty when there is one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Gpus(
            List<Gpu> devices,
            List<HiddenGpu> hidden,
            @Nullable String visibleDevices,
            List<String> absentBecause) {
        /** Copies the lists. */
        Gpus {
            devices = List.copyOf(devices);
            hidden = List.copyOf(hidden);
            absentBecause = List.copyOf(absentBecause);
        }
    }

    /**
     * A device.
     *
     * @param ordinal CUDA's number
     * @param nvmlIndex the number in NVML and nvidia-smi; null when unknown
     * @param name the product
     * @param kind GPU or MIG_INSTANCE
     * @param uuid as nvidia-smi writes it; null when unknown
     * @param pciAddress where it sits
     * @param computeCapability for example 9.0
     * @param multiprocessors how many
     * @param memoryBytes its memory
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Gpu(
            int ordinal,
            @Nullable Integer nvmlIndex,
            String name,
            String kind,
            @Nullable String uuid,
            String pciAddress,
            String computeCapability,
            int multiprocessors,
            long memoryBytes) {}

    /**
     * A device that this process cannot use.
     *
     * @param nvmlIndex the number in NVML and nvidia-smi
     * @param name the product
     * @param uuid as nvidia-smi writes it
     * @param pciAddress where it sits
     */
    record HiddenGpu(int nvmlIndex, String name, String uuid, String pciAddress) {}

    /**
     * The libtorch of the engine Retort. But for the reasons all is null when there is none.
     *
     * @param version its version
     * @param origin where it was found
     * @param folder the folder of its files
     * @param blas its library of linear algebra on the CPU
     * @param threads how many threads one operator may use
     * @param cuda whether its CUDA part is loaded
     * @param absentBecause why there is none; empty when there is one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Torch(
            @Nullable String version,
            @Nullable String origin,
            @Nullable String folder,
            @Nullable String blas,
            @Nullable Integer threads,
            @Nullable Boolean cuda,
            List<String> absentBecause) {
        /** Copies the list. */
        Torch {
            absentBecause = List.copyOf(absentBecause);
        }

        static Torch absent(List<String> reasons) {
            return new Torch(null, null, null, null, null, null, reasons);
        }
    }

    /**
     * A library.
     *
     * @param name the library
     * @param version its version; null when it is absent
     * @param origin where it was found; null when it is absent or found by JavaCPP
     * @param file its file; null alike
     * @param absentBecause why it is absent; empty when it is there
     * @param missingFeatures what a library that is there cannot do, and why
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Library(
            String name,
            @Nullable String version,
            @Nullable String origin,
            @Nullable String file,
            List<String> absentBecause,
            List<MissingFeature> missingFeatures) {
        /** Copies the lists. */
        Library {
            absentBecause = List.copyOf(absentBecause);
            missingFeatures = List.copyOf(missingFeatures);
        }
    }

    /**
     * Something that the installed driver cannot do.
     *
     * @param feature the feature
     * @param reason why
     */
    record MissingFeature(String feature, String reason) {}
}
