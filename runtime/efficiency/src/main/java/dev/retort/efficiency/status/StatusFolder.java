package dev.retort.efficiency.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The folder in which the runs of a user show themselves, each by one file that its process
 * replaces. What is written is complete or not there; what a process left that has died is {@link
 * State#LOST} and is taken away after a while.
 *
 * <p>Thread-safe.
 */
public final class StatusFolder {
    /** How long runs are shown that ended or were lost. */
    public static final Duration REMEMBERED = Duration.ofMinutes(30);

    private static final Path PROCESS = Path.of("/proc/self");
    private static final String SUFFIX = ".run.json";
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);
    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    private final Path folder;
    private final LongSupplier epochMillis;

    /** What has become of a run. */
    public enum State {
        /** Its process is there and measures it. */
        RUNNING,
        /** It ended, well or not. */
        ENDED,
        /** Its process is gone and never said that it ended. */
        LOST
    }

    /**
     * A run of this machine.
     *
     * @param status what it published last
     * @param state what has become of it
     */
    public record LiveRun(RunStatus status, State state) {
        /** Checks the components. */
        public LiveRun {
            Objects.requireNonNull(status, "status is null");
            Objects.requireNonNull(state, "state is null");
        }
    }

    /**
     * The folder, which need not be there.
     *
     * @param folder the folder
     */
    public StatusFolder(Path folder) {
        this(folder, System::currentTimeMillis);
    }

    StatusFolder(Path folder, LongSupplier epochMillis) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
        this.epochMillis = epochMillis;
    }

    /**
     * Where the runs of this user show themselves.
     *
     * @return {@code $XDG_RUNTIME_DIR/retort}, or {@code ${TMPDIR:-/tmp}/retort-UID} where there is
     *     none
     */
    public static Path ofUser() {
        return ofUser(System.getenv());
    }

    static Path ofUser(Map<String, String> environment) {
        Optional<Path> runtime = folder(environment, "XDG_RUNTIME_DIR").filter(Files::isDirectory);
        return runtime.map(path -> path.resolve("retort"))
                .orElseGet(
                        () ->
                                folder(environment, "TMPDIR")
                                        .orElse(Path.of("/tmp"))
                                        .resolve("retort-" + userOrName()));
    }

    /** {@return the folder} */
    public Path path() {
        return folder;
    }

    /** {@return this process, as it signs what it publishes} */
    public static RunStatus.Publisher thisProcess() {
        return ProcessIdentity.current();
    }

    /**
     * Makes the folder if it is not there, for its owner alone, and takes away what is older than
     * is remembered.
     *
     * @throws IOException if it cannot be made, is no folder, or others can get into it
     */
    public void prepare() throws IOException {
        try {
            if (folder.getParent() != null) {
                Files.createDirectories(folder.getParent());
            }
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException _) {
            requireOwn();
        }
        read();
    }

    /**
     * Replaces what a run shows; on an interrupted thread as well.
     *
     * @param run the number of the run among those of this process
     * @param status how it stands
     * @throws IOException if it cannot be written; then what it showed before stays
     */
    public void write(int run, RunStatus status) throws IOException {
        String name = status.process().pid() + "-" + run;
        Path fresh = folder.resolve("." + name + ".tmp");
        try {
            // Not a channel, which an interrupted thread cannot write to.
            try (OutputStream out = new FileOutputStream(fresh.toFile())) {
                out.write(JSON.writeValueAsBytes(status));
            }
            Files.move(
                    fresh,
                    folder.resolve(name + SUFFIX),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /**
     * The runs that show themselves. Files that cannot be read, such as those of a later version,
     * are passed over; those that are older than is remembered are deleted.
     *
     * @return the runs, in no order; none if the folder is not there
     * @throws IOException if the folder cannot be listed, is no folder, or others can get into it
     */
    public List<LiveRun> read() throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            requireOwn();
            files = entries.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
        List<LiveRun> runs = new ArrayList<>();
        for (Path file : files) {
            read(file).ifPresent(runs::add);
        }
        return List.copyOf(runs);
    }

    private Optional<LiveRun> read(Path file) throws IOException {
        @Nullable RunStatus status;
        try {
            status = JSON.readValue(Files.readAllBytes(file), RunStatus.class);
        } catch (IOException _) {
            return Optional.empty();
        }
        if (status == null) {
            // What JSON reads of the word null.
            return Optional.empty();
        }
        boolean ended = !status.outcome().equals("RUNNING");
        boolean alive = ended || ProcessIdentity.isAlive(status.process());
        State state = ended ? State.ENDED : alive ? State.RUNNING : State.LOST;
        long age = epochMillis.getAsLong() - status.writtenEpochMillis();
        if (state != State.RUNNING && age > REMEMBERED.toMillis()) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
        return Optional.of(new LiveRun(status, state));
    }

    /** In a folder that all can write to, such as /tmp, somebody else may have been first. */
    private void requireOwn() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(folder.toString());
        }
        Set<PosixFilePermission> found =
                new HashSet<>(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
        found.removeAll(OWNER_ONLY);
        String owner = owner(folder);
        String user = user(PROCESS);
        if (!found.isEmpty() || !owner.equals(user)) {
            throw new IOException(
                    "expected a folder of user %s that nobody else can get into, found %s of %s: %s"
                            .formatted(
                                    user,
                                    PosixFilePermissions.toString(
                                            Files.getPosixFilePermissions(folder)),
                                    owner,
                                    folder));
        }
    }

    private static String owner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).toString();
    }

    /**
     * The number of the user as whom this process makes files.
     *
     * @param process what the system has of this process; where it has no such folder, such as on
     *     macOS, a file that is made says it
     */
    static String user(Path process) throws IOException {
        if (Files.isDirectory(process)) {
            // Itself and not its link, which is everybody's.
            return owner(process.toRealPath());
        }
        Path made = Files.createTempFile("retort", null);
        try {
            return owner(made);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /** The same for the name of the folder, which is never nothing. */
    private static String userOrName() {
        try {
            return user(PROCESS);
        } catch (IOException | RuntimeException _) {
            return System.getProperty("user.name");
        }
    }

    private static Optional<Path> folder(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }
}
