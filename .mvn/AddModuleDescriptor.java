import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import java.util.zip.ZipFile;

/**
 * Adds a module's descriptor and version to its jar: {@code AddModuleDescriptor.java JAR CLASSES VERSION DATE}. A jar
 * that has them is left as it is: rewritten, it would count as changed, and every module that depends on it would be
 * compiled again by each build.
 */
class AddModuleDescriptor {
    private static final String DESCRIPTOR = "module-info.class";

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path classes = Path.of(args[1]);
        if (isCurrent(jar, classes.resolve(DESCRIPTOR))) {
            return;
        }
        int exit =
                ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "--update",
                                "--date=" + args[3],
                                "--file=" + jar,
                                "--module-version=" + args[2],
                                "-C",
                                classes.toString(),
                                DESCRIPTOR);
        System.exit(exit);
    }

    private static boolean isCurrent(Path jar, Path descriptor) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.getEntry(DESCRIPTOR) != null
                    && Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(descriptor)) > 0;
        }
    }
}
