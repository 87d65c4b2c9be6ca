package dev.retort.examples;

import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.MachineInventory.Gpu;
import dev.retort.examples.MachineInventory.Gpus;
import dev.retort.examples.MachineInventory.HiddenGpu;
import dev.retort.examples.MachineInventory.Library;
import dev.retort.examples.MachineInventory.MissingFeature;
import dev.retort.examples.MachineInventory.Processor;
import dev.retort.examples.MachineInventory.Torch;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.List;

/** What a machine has, as text. */
final class InventoryTables {
    private static final String UNKNOWN = "—";

    private InventoryTables() {}

    static void print(MachineInventory inventory, PrintWriter out) {
        processor(inventory.processor(), out);
        out.println();
        gpus(inventory.gpus(), out);
        out.println();
        torch(inventory.torch(), out);
        out.println();
        libraries(inventory.libraries(), out);
        out.flush();
    }

    private static void processor(Processor processor, PrintWriter out) {
        out.printf(
                "CPU  %s, %d cores, %s of memory%n",
                processor.model(),
                processor.cores(),
                processor.memoryBytes() == null
                        ? "an unknown amount"
                        : Numbers.bytes(processor.memoryBytes()));
        out.println(
                processor.energyCounter() == null
                        ? "     no energy: " + processor.energyAbsent()
                        : "     energy from " + processor.energyCounter());
    }

    private static void gpus(Gpus gpus, PrintWriter out) {
        if (gpus.devices().isEmpty()) {
            out.println("GPU  none: " + String.join("; ", gpus.absentBecause()));
            return;
        }
        TextTable table =
                new TextTable(
                        List.of(
                                "GPU",
                                "name",
                                "compute",
                                "SMs",
                                "memory",
                                "PCI",
                                "nvidia-smi",
                                "UUID"));
        for (Gpu gpu : gpus.devices()) {
            table.row(
                    List.of(
                            Integer.toString(gpu.ordinal()),
                            gpu.name(),
                            gpu.computeCapability(),
                            Integer.toString(gpu.multiprocessors()),
                            Numbers.bytes(gpu.memoryBytes()),
                            gpu.pciAddress(),
                            orUnknown(gpu.nvmlIndex()),
                            orUnknown(gpu.uuid())));
        }
        table.print(out);
        for (HiddenGpu hidden : gpus.hidden()) {
            out.printf(
                    "Hidden from this process: %s, nvidia-smi %d, %s%n",
                    hidden.name(), hidden.nvmlIndex(), hidden.uuid());
        }
        if (gpus.visibleDevices() != null) {
            out.println(gpus.visibleDevices());
        }
    }

    private static void torch(Torch torch, PrintWriter out) {
        if (torch.version() == null) {
            out.println("libtorch  none: " + String.join("; ", torch.absentBecause()));
            return;
        }
        out.printf(
                "libtorch  %s from %s, %s%n",
                torch.version(),
                torch.origin(),
                Boolean.TRUE.equals(torch.cuda()) ? "with CUDA" : "CPU only");
        out.printf("          BLAS %s, threads %s%n", torch.blas(), orUnknown(torch.threads()));
        out.println("          in " + torch.folder());
    }

    private static void libraries(List<Library> libraries, PrintWriter out) {
        TextTable table = new TextTable(List.of("library", "version", "found in", "file"));
        for (Library library : libraries) {
            table.row(
                    List.of(
                            library.name(),
                            library.version() == null ? "absent" : library.version(),
                            orUnknown(library.origin()),
                            orUnknown(library.file())));
        }
        table.print(out);
        out.println();
        for (Library library : libraries) {
            if (!library.absentBecause().isEmpty()) {
                out.printf(
                        "%s is absent: %s%n",
                        library.name(), String.join("; ", library.absentBecause()));
            }
            for (MissingFeature missing : library.missingFeatures()) {
                out.printf(
                        "%s lacks %s: %s%n", library.name(), missing.feature(), missing.reason());
            }
        }
    }

    private static String orUnknown(@Nullable Object value) {
        return value == null ? UNKNOWN : value.toString();
    }
}
