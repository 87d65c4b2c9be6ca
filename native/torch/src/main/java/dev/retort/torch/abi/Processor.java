package dev.retort.torch.abi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The processor of this machine, as far as libraries of linear algebra go by it. */
final class Processor {
    private static final Pattern FAMILY_26 = Pattern.compile("(?m)^cpu family\\s*: 26$");

    private static final Set<String> AVX512 = Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl");

    private Processor() {}

    static boolean isAmd() {
        return isAmd(description(Path.of("/")));
    }

    /** Of AMD's Zen 5. */
    static boolean isZen5() {
        return isZen5(description(Path.of("/")));
    }

    /**
     * Of AMD's Zen 5, with what OpenBLAS's kernels of AVX-512 need: virtual machines may hide it.
     *
     * @param root of the machine's file system
     */
    static boolean isZen5WithAvx512(Path root) {
        return isZen5WithAvx512(description(root));
    }

    static boolean isAmd(String description) {
        return description.contains("AuthenticAMD");
    }

    static boolean isZen5(String description) {
        return isAmd(description) && FAMILY_26.matcher(description).find();
    }

    static boolean isZen5WithAvx512(String description) {
        Set<String> words = new HashSet<>(Arrays.asList(description.split("\\s+")));
        return isZen5(description) && words.containsAll(AVX512);
    }

    private static String description(Path root) {
        try {
            return Files.readString(root.resolve("proc/cpuinfo"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
