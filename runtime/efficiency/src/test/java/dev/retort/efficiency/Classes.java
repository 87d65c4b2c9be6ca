package dev.retort.efficiency;

import java.io.File;
import java.util.LinkedHashSet;
import java.util.Set;

/** Where the classes of this JVM come from, so that a test can start another one. */
final class Classes {
    private Classes() {}

    /** A class path of everything that this JVM has as modules or on its own class path. */
    static String path() {
        Set<String> entries = new LinkedHashSet<>();
        for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
            String value = System.getProperty(property);
            if (value != null && !value.isEmpty()) {
                entries.add(value);
            }
        }
        entries.add(Classes.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        entries.add(new File("target/test-classes").getAbsolutePath());
        return String.join(File.pathSeparator, entries);
    }
}
