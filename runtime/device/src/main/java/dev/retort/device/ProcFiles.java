package dev.retort.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux's process file system says about this process and its processor. Stateless, hence safe
 * to share between threads; every call reads the file anew.
 */
final class ProcFiles {
    /** The fifteen digits keep the value times 1024 inside a long. */
    private static final Pattern KIBIBYTES = Pattern.compile("(\\d{1,15})\\s+kB");

    private final Path cpuinfo;
    private final Path status;

    /**
     * Names the files.
     *
     * @param root the mount point, {@code /proc} outside tests
     */
    ProcFiles(Path root) {
        Objects.requireNonNull(root, "root is null");
        cpuinfo = root.resolve("cpuinfo");
        status = root.resolve("self").resolve("status");
    }

    /** The processor's model name, or empty where the kernel does not tell one, as on most ARM. */
    Optional<String> modelName() {
        // Read line by line: the first processor suffices, and the file of a large server is long.
        try (var lines = Files.newBufferedReader(cpuinfo, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals("model name")) {
                    return Optional.of(line.substring(colon + 1).strip())
                            .filter(name -> !name.isEmpty());
                }
            }
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /**
     * A size from the status file of this process.
     *
     * @param field the name of the line, for example {@code VmRSS}
     * @return the size in bytes, or why it is absent
     */
    Reading statusBytes(String field) {
        try {
            // Not UTF-8: the name of the process, on the first line, may hold any byte.
            for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(field + ":")) {
                    return bytes(field, line);
                }
            }
            return new Reading.Absent(status + " has no line " + field);
        } catch (NoSuchFileException _) {
            return new Reading.Absent(
                    "%s does not exist on %s; process memory is measured on Linux only"
                            .formatted(status, System.getProperty("os.name")));
        } catch (IOException unreadable) {
            return new Reading.Absent(status + " cannot be read: " + unreadable);
        }
    }

    private Reading bytes(String field, String line) {
        Matcher matcher = KIBIBYTES.matcher(line.substring(field.length() + 1).strip());
        if (!matcher.matches()) {
            return new Reading.Absent("%s has the unexpected line '%s'".formatted(status, line));
        }
        return Reading.now(Long.parseLong(matcher.group(1)) * 1024.0, status + " " + field);
    }
}
