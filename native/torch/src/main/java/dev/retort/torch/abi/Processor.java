package dev.retort.torch.abi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The processor of this machine, as far as libraries of linear algebra go by it. */
final class Processor {
    private static final Pattern FAMILY_26 = Pattern.compile("(?m)^cpu family\\s*: 26$");

    private Processor() {}

    static boolean isAmd() {
        return isAmd(description(Path.of("/")));
    }

    /** Of AMD's Zen 5. */
    static boolean isZen5() {
        return isZen5(Path.of("/"));
    }

    /** The same of the machine whose file system has this root. */
    static boolean isZen5(Path root) {
        return isZen5(description(root));
    }

    static boolean isAmd(String description) {
        return description.contains("AuthenticAMD");
    }

    static boolean isZen5(String description) {
        return isAmd(description) && FAMILY_26.matcher(description).find();
    }

    private static String description(Path root) {
        try {
            return Files.readString(root.resolve("proc/cpuinfo"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
