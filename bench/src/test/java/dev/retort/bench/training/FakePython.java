package dev.retort.bench.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A shell script in the place of a Python: whatever it is asked, it does the same. */
final class FakePython {
    private FakePython() {}

    /** Writes one that runs the given lines. */
    static String running(Path folder, String lines) throws IOException {
        Path script = folder.resolve("python");
        Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    /** Writes one that reads what it is given and prints a text. */
    static String printing(Path folder, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("printed"), text);
        return running(folder, "cat >/dev/null\ncat '" + file + "'");
    }

    /** What the script prints of a torch that took a second for each step of a workload. */
    static String report(String torch, String results) {
        return """
               {"peer": "%s", "python": "3.11.2", "processor": "P", "cores": 2, "threads": 2,
                "device": "cpu", "library": "/torch/lib", "results": {%s}}
               """
                .formatted(torch, results);
    }
}
