package dev.retort.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code retort devices}: what this machine has, from where, and what is missing and why. */
@Command(
        name = "devices",
        description = {
            "Show the devices and NVIDIA's libraries of this machine: what was found, from where,"
                    + " which version, and what is missing and why."
        })
public final class DevicesCommand implements Callable<Integer> {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        MachineInventory inventory = InventoryReader.read();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JSON.writeValueAsString(inventory));
            out.flush();
        } else {
            InventoryTables.print(inventory, out);
        }
        return 0;
    }
}
