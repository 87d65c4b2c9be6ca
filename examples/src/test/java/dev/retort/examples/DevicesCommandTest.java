package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.examples.MachineInventory.Gpu;
import dev.retort.examples.MachineInventory.Gpus;
import dev.retort.examples.MachineInventory.HiddenGpu;
import dev.retort.examples.MachineInventory.Library;
import dev.retort.examples.MachineInventory.MissingFeature;
import dev.retort.examples.MachineInventory.Processor;
import dev.retort.examples.MachineInventory.Torch;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class DevicesCommandTest {
    private static final Torch NO_TORCH = Torch.absent(List.of("not there", "too old"));

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out));
        return command.execute(arguments);
    }

    private String printed(MachineInventory inventory) {
        InventoryTables.print(inventory, new PrintWriter(out));
        return out.toString();
    }

    @Test
    void thisMachineIsShown() {
        assertEquals(0, run("devices"));
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.getFirst().startsWith("CPU  "), lines::toString);
        assertTrue(
                lines.getFirst()
                        .contains(", " + Runtime.getRuntime().availableProcessors() + " cores, "),
                lines::toString);
        assertTrue(lines.get(1).strip().matches("(no )?energy.*"), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("GPU  ")), lines::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("libtorch  2\\.\\d+\\.\\d+ from .*")),
                lines::toString);
        for (String library :
                List.of("CUDA driver", "NVML", "NVRTC", "CUPTI", "cuBLASLt", "NCCL")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(library)), library);
        }
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        assertEquals(0, run("devices", "--json"));
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertFalse(json.at("/processor/model").asText().isBlank());
        assertTrue(json.at("/processor/memoryBytes").asLong() > 0);
        assertEquals(
                json.at("/processor/energyCounter").isMissingNode(),
                json.at("/processor/energyAbsent").isTextual());
        assertEquals(json.at("/gpus/devices").isEmpty(), !json.at("/gpus/absentBecause").isEmpty());
        assertTrue(json.at("/torch/version").asText().startsWith("2."), json::toString);
        assertFalse(json.at("/torch/blas").asText().isBlank());
        assertTrue(json.at("/torch/threads").asInt() > 0);
        assertTrue(
                Files.isRegularFile(Path.of(json.at("/torch/folder").asText(), "libtorch_cpu.so")));
        assertTrue(json.at("/torch/absentBecause").isEmpty());
        assertEquals(6, json.at("/libraries").size());
        for (JsonNode library : json.at("/libraries")) {
            assertEquals(
                    library.has("version"),
                    library.at("/absentBecause").isEmpty(),
                    library::toString);
        }
    }

    @Test
    void aMachineWithDevicesHasATable() {
        String text =
                printed(
                        new MachineInventory(
                                new Processor("Some CPU", 4, 8L << 30, "/sys/energy_uj", null),
                                new Gpus(
                                        List.of(
                                                new Gpu(
                                                        0,
                                                        1,
                                                        "Some GPU",
                                                        "GPU",
                                                        "GPU-1",
                                                        "00000000:65:00.0",
                                                        "9.0",
                                                        132,
                                                        1L << 30),
                                                new Gpu(
                                                        1, null, "Other", "GPU", null, "x", "8.0",
                                                        4, 1)),
                                        List.of(new HiddenGpu(0, "Third", "GPU-3", "y")),
                                        "CUDA_VISIBLE_DEVICES=1,2 chooses the devices",
                                        List.of()),
                                new Torch(
                                        "2.13.0",
                                        "the class path",
                                        "/cache/libtorch",
                                        "MKL",
                                        4,
                                        false,
                                        List.of()),
                                List.of(
                                        new Library(
                                                "CUDA driver",
                                                "CUDA 12.2",
                                                "loader's path",
                                                "/lib/libcuda.so.1",
                                                List.of(),
                                                List.of(
                                                        new MissingFeature(
                                                                "KERNEL_PARAMETERS",
                                                                "no cuFuncGetParamInfo"))),
                                        new Library(
                                                "NVRTC",
                                                null,
                                                null,
                                                null,
                                                List.of("not here", "nor there"),
                                                List.of()))));
        assertEquals(
                """
                CPU  Some CPU, 4 cores, 8.0 GiB of memory
                     energy from /sys/energy_uj

                GPU      name  compute  SMs   memory               PCI  nvidia-smi   UUID
                0    Some GPU      9.0  132  1.0 GiB  00000000:65:00.0           1  GPU-1
                1       Other      8.0    4      1 B                 x           —      —
                Hidden from this process: Third, nvidia-smi 0, GPU-3
                CUDA_VISIBLE_DEVICES=1,2 chooses the devices

                libtorch  2.13.0 from the class path, CPU only
                          BLAS MKL, threads 4
                          in /cache/libtorch

                library        version       found in               file
                CUDA driver  CUDA 12.2  loader's path  /lib/libcuda.so.1
                NVRTC           absent              —                  —

                CUDA driver lacks KERNEL_PARAMETERS: no cuFuncGetParamInfo
                NVRTC is absent: not here; nor there
                """,
                text);
    }

    @Test
    void aMachineWithoutDevicesSaysWhyInOneLine() {
        String text =
                printed(
                        new MachineInventory(
                                new Processor("Some CPU", 2, null, null, "no counter"),
                                new Gpus(List.of(), List.of(), null, List.of("one", "two")),
                                NO_TORCH,
                                List.of()));
        assertTrue(
                text.startsWith(
                        """
                        CPU  Some CPU, 2 cores, an unknown amount of memory
                             no energy: no counter

                        GPU  none: one; two

                        libtorch  none: not there; too old
                        """),
                text);
    }
}
