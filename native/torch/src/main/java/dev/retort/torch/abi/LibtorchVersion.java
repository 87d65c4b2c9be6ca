package dev.retort.torch.abi;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of libtorch.
 *
 * @param major the first number, for example 2
 * @param minor the second number, for example 13
 * @param patch the third number
 */
public record LibtorchVersion(int major, int minor, int patch)
        implements Comparable<LibtorchVersion> {
    /** The first version whose C ABI has what the engine needs. */
    public static final LibtorchVersion OLDEST = new LibtorchVersion(2, 10, 0);

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

    /** The first version number in a text, or null when there is none. */
    public static @Nullable LibtorchVersion in(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        String patch = matcher.group(3);
        return new LibtorchVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /** Decodes what {@code aoti_torch_abi_version} returns: one byte for each number. */
    static LibtorchVersion ofAbi(long abi) {
        return new LibtorchVersion(
                (int) (abi >>> 56), (int) (abi >>> 48 & 0xff), (int) (abi >>> 40 & 0xff));
    }

    /** Whether the engine can use it. */
    public boolean supported() {
        return compareTo(OLDEST) >= 0;
    }

    @Override
    public int compareTo(LibtorchVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
