package dev.retort.examples.text;

import java.nio.file.Path;
import java.util.List;

/**
 * How a published package is fetched: by the client of its registry, which knows the mirrors,
 * proxies and credentials of this machine.
 *
 * @param name the package, as its users name it
 * @param command the program and its arguments that put the package's file into the folder that it
 *     is started in
 */
record PackageClient(String name, List<String> command) {
    /** As in the build of this project. */
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";

    /** Copies the components. */
    PackageClient {
        command = List.copyOf(command);
    }

    /**
     * A jar by Maven.
     *
     * @param artifact {@code groupId:artifactId:version}
     */
    static PackageClient maven(String artifact) {
        return new PackageClient(
                artifact,
                List.of(
                        "mvn",
                        "-q",
                        "-B",
                        PLUGIN + ":copy",
                        "-Dartifact=" + artifact,
                        "-DoutputDirectory=."));
    }

    /**
     * A package by npm, without what it depends on.
     *
     * @param specification {@code name@version}
     */
    static PackageClient npm(String specification) {
        return new PackageClient(specification, List.of("npm", "pack", "--silent", specification));
    }

    /**
     * Starts the client, both of its outputs in a file.
     *
     * @param folder what it works in
     * @param output the file
     */
    ProcessBuilder in(Path folder, Path output) {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
    }
}
